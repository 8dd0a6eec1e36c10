using F2Net.Model;

namespace F2Net.Data;

/// <summary>The long-range context of a whole image: all of it, by area to at most a budget on its longer side.</summary>
public static class WholeContext
{
    private const int RowsAtOnce = 64;

    /// <param name="budget">The longer side's most pixels; a smaller picture stays as it is.</param>
    /// <returns>A context of one image, (1, 3, h, w), which the picture takes wholly.</returns>
    public static LongRangeContext Of(Picture picture, int budget)
    {
        var (width, height) = Size(picture.Width, picture.Height, budget);
        return Of(AreaReducer.Reduce(picture, new PixelWindow(0, 0, picture.Width, picture.Height), width, height));
    }

    /// <summary>The same from a file, a few rows at a time.</summary>
    /// <exception cref="UserException">The file is cut short or damaged.</exception>
    public static LongRangeContext Of(Raster raster, int budget)
    {
        var (width, height) = Size(raster.Width, raster.Height, budget);
        var reduced = new Picture(width, height, new byte[Picture.Channels * width * height]);
        var reducers = AreaReducer.For(reduced, raster.Width, raster.Height);
        for (var y = 0; y < raster.Height; y += RowsAtOnce)
        {
            var strip = raster.ReadPicture(new PixelWindow(0, y, raster.Width, Math.Min(RowsAtOnce, raster.Height - y)));
            for (var c = 0; c < Picture.Channels; c++)
            for (var row = 0; row < strip.Height; row++)
                reducers[c].Add(strip.Plane(c).Slice(row * strip.Width, strip.Width));
        }
        return Of(reduced);
    }

    private static LongRangeContext Of(Picture reduced) => new(ImageTensor.From(reduced), [ContextWindow.Whole]);

    /// <summary>Keeps the proportions, except that no side falls under the network's least.</summary>
    private static (int Width, int Height) Size(int width, int height, int budget)
    {
        var scale = Math.Min(1, (double)budget / Math.Max(width, height));
        int Side(int side) => Math.Clamp((int)Math.Round(side * scale), Math.Min(Raster.LeastSide, side), side);
        return (Side(width), Side(height));
    }
}
