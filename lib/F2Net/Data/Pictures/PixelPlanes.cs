using F2Net.Data.Sampling;

namespace F2Net.Data.Pictures;

/// <summary>Bytes of a picture's three planes or of a mask's one, in memory or in a mapped file.</summary>
internal interface IPixelPlanes
{
    int Width { get; }
    int Height { get; }

    /// <summary>
    /// Height x Width bytes, row by row. The span does not keep a mapped file mapped; who reads it keeps this object alive until after the last byte.
    /// </summary>
    /// <exception cref="UserException">The file was altered.</exception>
    ReadOnlySpan<byte> Plane(int channel);
}

/// <summary>Copies out of planes.</summary>
internal static class PixelPlanes
{
    /// <summary>A window of a picture, flipped and turned.</summary>
    public static Picture CutPicture(this IPixelPlanes image, PixelWindow window, Orientation orientation = default)
    {
        var (width, height) = orientation.Size(window.Width, window.Height);
        var cut = new Picture(width, height, new byte[(long)Picture.Channels * width * height]);
        for (var c = 0; c < Picture.Channels; c++)
            orientation.Copy(image.Plane(c), image.Width, window, cut.Plane(c));
        GC.KeepAlive(image);
        return cut;
    }

    /// <summary>A window of a mask, flipped and turned.</summary>
    public static Mask CutMask(this IPixelPlanes mask, PixelWindow window, Orientation orientation = default)
    {
        var (width, height) = orientation.Size(window.Width, window.Height);
        var cut = new Mask(width, height, new byte[(long)width * height]);
        orientation.Copy(mask.Plane(0), mask.Width, window, cut.Ids);
        GC.KeepAlive(mask);
        return cut;
    }

    public static PixelWindow Whole(this IPixelPlanes planes) => new(0, 0, planes.Width, planes.Height);
}
