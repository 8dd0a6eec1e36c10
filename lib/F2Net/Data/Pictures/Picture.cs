using F2Net.Data.Sampling;
using F2Net.Model.LongRange;

namespace F2Net.Data.Pictures;

/// <summary>A rectangle of pixels: left column, top row, width and height.</summary>
public readonly record struct PixelWindow(int X, int Y, int Width, int Height)
{
    /// <summary>The place that this window takes in another, as fractions of that one's sides.</summary>
    internal ContextWindow Within(PixelWindow other) =>
        new(
            (double)(Y - other.Y) / other.Height,
            (double)(X - other.X) / other.Width,
            (double)Height / other.Height,
            (double)Width / other.Width
        );
}

/// <summary>An RGB image in memory, 8 bits a channel, planar: all red, then all green, then all blue, each row by row.</summary>
public sealed class Picture : IPixelPlanes
{
    public const int Channels = 3;

    /// <exception cref="ArgumentException">The length is not 3 x width x height.</exception>
    public Picture(int width, int height, byte[] pixels)
    {
        if (pixels.LongLength != (long)Channels * width * height)
            throw new ArgumentException($"{pixels.LongLength} bytes are no {width} x {height} RGB picture.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }
    public int Height { get; }
    public byte[] Pixels { get; }

    /// <summary>Channel 0 red, 1 green, 2 blue: Height x Width bytes.</summary>
    public Span<byte> Plane(int channel) => Pixels.AsSpan(channel * Width * Height, Width * Height);

    ReadOnlySpan<byte> IPixelPlanes.Plane(int channel) => Plane(channel);

    /// <summary>The picture reduced by area to fit into a width and height, its shape kept; the picture itself where it does already.</summary>
    public Picture Fitted(int width, int height)
    {
        if (Width <= width && Height <= height)
            return this;
        var (fittedWidth, fittedHeight) = AreaReducer.Fitting(Width, Height, width, height);
        return AreaReducer.Reduce(this, this.Whole(), fittedWidth, fittedHeight);
    }

    /// <summary>A copy of a window, flipped and turned.</summary>
    public Picture Cut(PixelWindow window, Orientation orientation = default) => this.CutPicture(window, orientation);
}

/// <summary>Class ids in memory, one byte a pixel, row by row.</summary>
public sealed class Mask : IPixelPlanes
{
    /// <exception cref="ArgumentException">The length is not width x height.</exception>
    public Mask(int width, int height, byte[] ids)
    {
        if (ids.LongLength != (long)width * height)
            throw new ArgumentException($"{ids.LongLength} bytes are no {width} x {height} mask.", nameof(ids));
        (Width, Height, Ids) = (width, height, ids);
    }

    public int Width { get; }
    public int Height { get; }
    public byte[] Ids { get; }

    ReadOnlySpan<byte> IPixelPlanes.Plane(int channel) => Ids;

    /// <summary>A copy of a window, flipped and turned.</summary>
    public Mask Cut(PixelWindow window, Orientation orientation = default) => this.CutMask(window, orientation);

    /// <summary>The mask in its classes' colours; ids beyond the palette are black.</summary>
    public Picture Coloured(IReadOnlyList<Rgb> palette)
    {
        var picture = new Picture(Width, Height, new byte[Picture.Channels * Ids.Length]);
        var table = new Rgb[256];
        for (var id = 0; id < Math.Min(table.Length, palette.Count); id++)
            table[id] = palette[id];
        Span<byte> red = picture.Plane(0),
            green = picture.Plane(1),
            blue = picture.Plane(2);
        for (var i = 0; i < Ids.Length; i++)
            (red[i], green[i], blue[i]) = (table[Ids[i]].R, table[Ids[i]].G, table[Ids[i]].B);
        return picture;
    }
}
