using System.Numerics;
using F2Net.Data.Rasters;

namespace F2Net.Data.Pictures;

/// <summary>
/// Makes one plane smaller by area: every pixel of the result is the mean of what it covers, partly covered pixels by their share.
/// Rows come one by one from the top, so a large file never has to be in memory.
/// </summary>
internal sealed class AreaReducer
{
    private readonly int width,
        height,
        outWidth,
        outHeight;
    private readonly Memory<byte> result;
    private readonly float[] sums;
    private int row;

    /// <param name="result">outWidth x outHeight bytes; whole once the last of the height rows is added.</param>
    public AreaReducer(int width, int height, int outWidth, int outHeight, Memory<byte> result)
    {
        if (outWidth > width || outHeight > height || outWidth < 1 || outHeight < 1)
            throw new ArgumentException($"{width} x {height} cannot be reduced to {outWidth} x {outHeight}.", nameof(outWidth));
        (this.width, this.height, this.outWidth, this.outHeight, this.result) = (width, height, outWidth, outHeight, result);
        sums = new float[width];
    }

    /// <summary>A window of a picture, outWidth x outHeight.</summary>
    public static Picture Reduce(IPixelPlanes picture, PixelWindow window, int outWidth, int outHeight)
    {
        var reduced = new Picture(outWidth, outHeight, new byte[Picture.Channels * outWidth * outHeight]);
        var reducers = For(reduced, window.Width, window.Height);
        for (var c = 0; c < Picture.Channels; c++)
        for (var y = window.Y; y < window.Y + window.Height; y++)
            reducers[c].Add(picture.Plane(c).Slice(y * picture.Width + window.X, window.Width));
        GC.KeepAlive(picture);
        return reduced;
    }

    /// <summary>A file of any size, reduced to fit into a width and height with no more of it in memory than a strip; its own size where it fits already.</summary>
    /// <param name="read">A strip of it as the result is to show it.</param>
    public static Picture Reduce(Raster raster, Func<PixelWindow, Picture> read, int mostWidth, int mostHeight)
    {
        var (width, height) = Fitting(raster.Width, raster.Height, mostWidth, mostHeight);
        var reduced = new Picture(width, height, new byte[Picture.Channels * width * height]);
        var reducers = For(reduced, raster.Width, raster.Height);
        foreach (var strip in raster.Strips())
        {
            var rows = read(strip);
            for (var c = 0; c < Picture.Channels; c++)
            for (var y = 0; y < strip.Height; y++)
                reducers[c].Add(rows.Plane(c).Slice(y * strip.Width, strip.Width));
        }
        return reduced;
    }

    /// <summary>The largest size of that shape within the most, never larger than it is.</summary>
    public static (int Width, int Height) Fitting(int width, int height, int mostWidth, int mostHeight)
    {
        var scale = Math.Min(1, Math.Min((double)mostWidth / width, (double)mostHeight / height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <summary>Three reducers that fill a picture's planes from rows of a larger one.</summary>
    private static AreaReducer[] For(Picture reduced, int width, int height)
    {
        var plane = reduced.Width * reduced.Height;
        return
        [
            .. Enumerable
                .Range(0, Picture.Channels)
                .Select(c => new AreaReducer(width, height, reduced.Width, reduced.Height, reduced.Pixels.AsMemory(c * plane, plane))),
        ];
    }

    public void Add(ReadOnlySpan<byte> pixels)
    {
        // In units of 1 / height result rows this row covers [start, end) and result row k [k height, (k + 1) height).
        var (start, end) = ((long)row * outHeight, (long)(row + 1) * outHeight);
        var boundary = (start / height + 1) * height;
        row++;
        if (end < boundary)
        {
            Accumulate(pixels, (float)(end - start) / height);
            return;
        }
        Accumulate(pixels, (float)(boundary - start) / height);
        Finish((int)(boundary / height) - 1);
        if (end > boundary)
            Accumulate(pixels, (float)(end - boundary) / height);
    }

    private void Accumulate(ReadOnlySpan<byte> pixels, float weight)
    {
        var x = 0;
        var w = new Vector<float>(weight);
        for (; x <= width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[x..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            Accumulate(a, w, x);
            Accumulate(b, w, x + Vector<float>.Count);
            Accumulate(c, w, x + 2 * Vector<float>.Count);
            Accumulate(d, w, x + 3 * Vector<float>.Count);
        }
        for (; x < width; x++)
            sums[x] += weight * pixels[x];
    }

    private void Accumulate(Vector<uint> pixels, Vector<float> weight, int x)
    {
        var to = sums.AsSpan(x, Vector<float>.Count);
        (new Vector<float>(to) + weight * Vector.ConvertToSingle(Vector.AsVectorInt32(pixels))).CopyTo(to);
    }

    /// <summary>Averages the row sums over columns into one row of the result, and starts the next.</summary>
    private void Finish(int outRow)
    {
        var to = result.Span.Slice(outRow * outWidth, outWidth);
        for (var k = 0; k < outWidth; k++)
        {
            // In units of 1 / outWidth columns this pixel covers [k width, (k + 1) width).
            var (start, end) = ((long)k * width, (long)(k + 1) * width);
            var (first, last) = ((int)(start / outWidth), (int)((end - 1) / outWidth));
            float sum = 0;
            for (var x = first; x <= last; x++)
                sum += sums[x];
            sum -= sums[first] * (start - (long)first * outWidth) / outWidth;
            sum -= sums[last] * ((long)(last + 1) * outWidth - end) / outWidth;
            to[k] = (byte)Math.Clamp(MathF.Round(sum * outWidth / width), 0, 255);
        }
        Array.Clear(sums);
    }
}
