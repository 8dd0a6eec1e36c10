using F2Net.Data.Pictures;

namespace F2Net.Data;

/// <summary>A data set as files: img_dir/SPLIT/NAME.*, ann_dir/SPLIT/NAME.png (class ids) and dataset.json.</summary>
internal sealed class PreparedFolder : ISampleStore
{
    public const string Images = "img_dir",
        Masks = "ann_dir";

    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".tif", ".tiff"];
    private readonly string directory;
    private readonly PictureCache cache;

    /// <param name="cacheBytes">How much of what is decoded may stay.</param>
    /// <exception cref="UserException">The folder has no dataset.json, or a faulty one.</exception>
    public PreparedFolder(string directory, long cacheBytes)
    {
        var file = Path.Combine(directory, DataSetInfo.FileName);
        if (!File.Exists(file))
            throw new UserException($"{directory} has no {DataSetInfo.FileName}; give the folder of a prepared data set.");
        (this.directory, Info, cache) = (directory, DataSetInfo.Read(file), new PictureCache(cacheBytes));
    }

    public DataSetInfo Info { get; }

    public IReadOnlyList<string> Splits
    {
        get
        {
            var images = Path.Combine(directory, Images);
            return Directory.Exists(images)
                ? SplitOrder.Sort(Directory.GetDirectories(images).Where(d => ImagesIn(d).Any()).Select(d => Path.GetFileName(d)))
                : [];
        }
    }

    public IReadOnlyList<Sample> Samples(string split) => [.. Files(split).Select(f => new Sample(f.Name, f, Info))];

    /// <summary>A split's images with their masks, by name.</summary>
    /// <exception cref="UserException">The split is empty, or an image and its mask do not pair.</exception>
    public IReadOnlyList<FolderSample> Files(string split)
    {
        var (images, masks) = (Path.Combine(directory, Images, split), Path.Combine(directory, Masks, split));
        var samples = new SortedDictionary<string, FolderSample>(StringComparer.Ordinal);
        foreach (var image in ImagesIn(images))
        {
            var name = Path.GetFileNameWithoutExtension(image);
            var mask = Path.Combine(masks, name + ".png");
            if (!File.Exists(mask))
                throw new UserException($"{image} has no mask; put it at {mask}.");
            if (!samples.TryAdd(name, new FolderSample(name, image, mask, cache)))
                throw new UserException($"{samples[name].ImagePath} and {image} have one name; keep one of them.");
        }
        if (samples.Count == 0)
            throw new UserException($"{images} has no picture; put the {split} images there (JPEG, PNG or GeoTIFF).");
        var alone = FilesIn(masks)
            .FirstOrDefault(m => Path.GetExtension(m) == ".png" && !samples.ContainsKey(Path.GetFileNameWithoutExtension(m)));
        return alone is null ? [.. samples.Values] : throw new UserException($"{alone} has no image; put it into {images}.");
    }

    /// <summary>Files of a folder that are pictures by their extension, in ordinal order; none where there is no folder.</summary>
    internal static IEnumerable<string> ImagesIn(string directory) =>
        FilesIn(directory).Where(f => ImageExtensions.Contains(Path.GetExtension(f).ToLowerInvariant()));

    private static IEnumerable<string> FilesIn(string directory) =>
        Directory.Exists(directory) ? Directory.GetFiles(directory).Order(StringComparer.Ordinal) : [];
}
