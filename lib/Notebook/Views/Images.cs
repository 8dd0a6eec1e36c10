using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Notebook.Charts;
using static TorchSharp.torch;

namespace F2Net.Notebook.Views;

/// <summary>Pictures of what the network sees and makes, and views to show them.</summary>
public static class Images
{
    /// <summary>The greatest side, pixels, that an embedded picture has unless something else is said.</summary>
    public const int DefaultSize = 1000;

    private static readonly Rgb right = new(0xC8, 0xC8, 0xC8),
        ignored = new(0x50, 0x50, 0x50);

    /// <summary>Pictures in rows of equal height, each over its caption.</summary>
    /// <param name="columns">Pictures a row; 0 chooses by their number and size.</param>
    /// <param name="size">The greatest side, pixels, that an embedded picture has; larger ones are reduced by area.</param>
    public static ImageGrid Grid(
        string title,
        IReadOnlyList<(string Caption, Picture Image)> images,
        int columns = 0,
        int size = DefaultSize
    ) => new(title, images, columns, size);

    /// <summary>A map (H, W), or a batch of one map, through the colour map of heatmaps, a pixel a value; what is no number shows as the map's middle.</summary>
    /// <param name="low">Shown as the map's first colour; the map's least value unless said.</param>
    /// <param name="high">Shown as the map's last colour; the map's greatest value unless said.</param>
    /// <param name="diverging">Whether values have two signs: the colours' middle is then zero.</param>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static Picture Of(Tensor map, double? low = null, double? high = null, bool diverging = false)
    {
        using var scope = NewDisposeScope();
        var plane = Unbatched(map, 2);
        if (plane.shape.Length != 2)
            throw new ArgumentException($"A map is (H, W), not ({string.Join(", ", map.shape)}).", nameof(map));
        var values = Values(plane);
        var found = ColourMap.Bounds(values.Select(v => (double)v), diverging);
        var bounds = (Low: low ?? found.Low, High: high ?? found.High);
        var indices = new Mask((int)plane.shape[1], (int)plane.shape[0], new byte[values.Length]);
        for (var i = 0; i < values.Length; i++)
            indices.Ids[i] = ColourMap.Index(values[i], bounds.Low, bounds.High);
        return indices.Coloured((diverging ? ColourMap.Diverging : ColourMap.Sequential).Colours);
    }

    /// <summary>An image (3, H, W), or a batch of one image, as the network sees it, turned back into the picture it came from.</summary>
    /// <param name="stretch">
    /// Instead between the values that all but the outermost 1 % lie between, so that a high-frequency image is seen; where both signs
    /// occur, zero becomes the middle grey.
    /// </param>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static Picture Rgb(Tensor image, bool stretch = false)
    {
        using var scope = NewDisposeScope();
        var one = Unbatched(image, 3);
        var picture = ImageTensor.ToPicture(one);
        if (!stretch)
            return picture;
        var values = Values(one);
        var sorted = values.Where(float.IsFinite).Order().ToArray();
        if (sorted.Length == 0)
            return picture;
        double low = sorted[sorted.Length / 200],
            high = sorted[sorted.Length - 1 - sorted.Length / 200];
        if (low < 0 && high > 0)
            (low, high) = (-Math.Max(-low, high), Math.Max(-low, high));
        for (var i = 0; i < values.Length; i++)
            picture.Pixels[i] = ColourMap.Index(values[i], low, high);
        return picture;
    }

    /// <summary>A mask's colours over the image, with a slider for their opacity.</summary>
    /// <param name="size">The greatest side, pixels, that an embedded picture has; larger ones are reduced by area.</param>
    /// <exception cref="ArgumentException">Image and mask differ in size.</exception>
    public static OverlayView Overlay(Picture image, Mask mask, DataSetInfo set, int size = DefaultSize) => new(image, mask, set, size);

    /// <summary>Two pictures over one another, parted by a line that the reader drags.</summary>
    /// <param name="size">The greatest side, pixels, that an embedded picture has; larger ones are reduced by area.</param>
    public static ComparisonView Compare(Picture left, Picture right, string leftTitle, string rightTitle, int size = DefaultSize) =>
        new(left, right, leftTitle, rightTitle, size);

    /// <summary>Where a prediction errs: right pixels light grey, wrong ones in their true class's colour, ignored ones dark grey.</summary>
    /// <exception cref="ArgumentException">The masks differ in size.</exception>
    public static Picture ErrorMap(Mask truth, Mask predicted, DataSetInfo set)
    {
        if ((truth.Width, truth.Height) != (predicted.Width, predicted.Height))
            throw new ArgumentException(
                $"A {predicted.Width} x {predicted.Height} prediction cannot be held against a {truth.Width} x {truth.Height} truth.",
                nameof(predicted)
            );
        var (classes, isRight) = (set.Classes.Count, (byte)set.Classes.Count);
        var errors = new Mask(truth.Width, truth.Height, new byte[truth.Ids.Length]);
        for (var i = 0; i < errors.Ids.Length; i++)
            errors.Ids[i] =
                truth.Ids[i] >= classes ? (byte)(classes + 1)
                : truth.Ids[i] == predicted.Ids[i] ? isRight
                : truth.Ids[i];
        return errors.Coloured([.. set.Palette, right, ignored]);
    }

    /// <summary>A data set's classes with their colours.</summary>
    public static ClassLegend Legend(DataSetInfo set) => new(set);

    /// <summary>Without leading dimensions of one.</summary>
    private static Tensor Unbatched(Tensor tensor, int dimensions) =>
        tensor.shape.Length > dimensions && tensor.shape[0] == 1 ? Unbatched(tensor.squeeze(0), dimensions) : tensor;

    private static float[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
