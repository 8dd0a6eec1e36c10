using F2Net.Data.Pictures;
using F2Net.Model.LongRange;

namespace F2Net.Data.Sampling;

/// <summary>
/// One of the eight ways to lay a square on itself by flips and right-angle turns: first transpose, then flip rows (upside down), then
/// flip columns. The default leaves everything as it is.
/// </summary>
public readonly record struct Orientation(bool Transpose, bool FlipRows, bool FlipColumns)
{
    /// <param name="index">0 to 7.</param>
    public static Orientation FromIndex(int index) => new((index & 4) != 0, (index & 2) != 0, (index & 1) != 0);

    public (int Width, int Height) Size(int width, int height) => Transpose ? (height, width) : (width, height);

    /// <summary>Copies a window of a plane whose rows are <paramref name="stride"/> bytes long into a dense plane of <see cref="Size"/>.</summary>
    public void Copy(ReadOnlySpan<byte> plane, int stride, PixelWindow window, Span<byte> destination)
    {
        var (width, height) = Size(window.Width, window.Height);
        for (var row = 0; row < height; row++)
        {
            var from = FlipRows ? height - 1 - row : row;
            var to = destination.Slice(row * width, width);
            if (Transpose)
                for (var column = 0; column < width; column++)
                    to[column] = plane[(window.Y + column) * stride + window.X + from];
            else
                plane.Slice((window.Y + from) * stride + window.X, width).CopyTo(to);
            if (FlipColumns)
                to.Reverse();
        }
    }

    /// <summary>Where a part of a picture lies once the picture is flipped and turned.</summary>
    public ContextWindow Move(ContextWindow part)
    {
        if (Transpose)
            part = new ContextWindow(part.Left, part.Top, part.Width, part.Height);
        if (FlipRows)
            part = part with { Top = 1 - part.Top - part.Height };
        if (FlipColumns)
            part = part with { Left = 1 - part.Left - part.Width };
        return part;
    }
}
