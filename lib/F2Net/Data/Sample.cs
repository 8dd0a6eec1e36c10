using F2Net.Data.Pictures;
using F2Net.Data.Sampling;
using F2Net.Data.Statistics;

namespace F2Net.Data;

/// <summary>An image and its mask, in files or in a packed data set; any thread may read them.</summary>
public sealed class Sample
{
    private readonly ISampleSource source;
    private readonly Lazy<long[]> counts;

    internal Sample(string name, ISampleSource source, DataSetInfo info)
    {
        (Name, this.source) = (name, source);
        counts = new(() => ClassPixels.Count(source.Mask, source.MaskPath, info));
    }

    public string Name { get; }

    /// <summary>Where the image lies: a file, or a packed file and its place there.</summary>
    public string ImagePath => source.ImagePath;

    /// <summary>Where the mask lies.</summary>
    public string MaskPath => source.MaskPath;

    /// <exception cref="UserException">The file is no 8-bit RGB image of at least 32 x 32 pixels, or is damaged.</exception>
    public int Width => source.Size.Width;

    /// <exception cref="UserException">The file is no 8-bit RGB image of at least 32 x 32 pixels, or is damaged.</exception>
    public int Height => source.Size.Height;

    /// <summary>The whole image; a crop costs less with <see cref="Cut"/>.</summary>
    /// <exception cref="UserException">The file is no 8-bit RGB image of at least 32 x 32 pixels, or is damaged.</exception>
    public Picture Image => ImagePlanes is var planes && planes is Picture picture ? picture : planes.CutPicture(planes.Whole());

    /// <summary>The whole mask.</summary>
    /// <exception cref="UserException">The file is no mask, has another size than the image, or an id that is no class.</exception>
    public Mask Mask => MaskPlanes is var planes && planes is Mask mask ? mask : planes.CutMask(planes.Whole());

    /// <summary>Labelled pixels of each class.</summary>
    public IReadOnlyList<long> ClassCounts => counts.Value;

    internal IPixelPlanes ImagePlanes => source.Image;

    internal IPixelPlanes MaskPlanes
    {
        get
        {
            _ = counts.Value; // finds ids that are no class
            return source.Mask;
        }
    }

    /// <summary>A window of the image, flipped and turned.</summary>
    public Picture Cut(PixelWindow window, Orientation orientation = default) => ImagePlanes.CutPicture(window, orientation);

    /// <summary>A window of the mask, flipped and turned.</summary>
    public Mask CutMask(PixelWindow window, Orientation orientation = default) => MaskPlanes.CutMask(window, orientation);
}
