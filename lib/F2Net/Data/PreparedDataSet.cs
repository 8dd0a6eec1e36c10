namespace F2Net.Data;

/// <summary>
/// A data set in the prepared layout: img_dir/{train,val,test}/NAME.*, ann_dir/{train,val,test}/NAME.png (class ids) and dataset.json.
/// </summary>
public sealed class PreparedDataSet
{
    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".tif", ".tiff"];
    private readonly Dictionary<string, Split> splits = new(StringComparer.Ordinal);

    private PreparedDataSet(string directory, DataSetInfo info) => (Directory, Info) = (directory, info);

    public string Directory { get; }
    public DataSetInfo Info { get; }

    /// <exception cref="UserException">The folder has no dataset.json, or a faulty one.</exception>
    public static PreparedDataSet Open(string directory)
    {
        var file = Path.Combine(directory, DataSetInfo.FileName);
        if (!File.Exists(file))
            throw new UserException($"{directory} has no {DataSetInfo.FileName}; give the folder of a prepared data set.");
        return new PreparedDataSet(directory, DataSetInfo.Read(file));
    }

    /// <summary>The samples of "train", "val" or "test", by name; the same objects at every call, so pictures are decoded once.</summary>
    /// <exception cref="UserException">The split is empty, or an image and its mask do not pair.</exception>
    public Split Split(string name)
    {
        if (!splits.TryGetValue(name, out var split))
            splits.Add(name, split = new Split(name, Info, Pair(name)));
        return split;
    }

    private Sample[] Pair(string split)
    {
        var (images, masks) = (Path.Combine(Directory, "img_dir", split), Path.Combine(Directory, "ann_dir", split));
        var samples = new SortedDictionary<string, Sample>(StringComparer.Ordinal);
        foreach (var image in ImagesIn(images))
        {
            var name = Path.GetFileNameWithoutExtension(image);
            var mask = Path.Combine(masks, name + ".png");
            if (!File.Exists(mask))
                throw new UserException($"{image} has no mask; put it at {mask}.");
            if (!samples.TryAdd(name, new Sample(name, image, mask, Info)))
                throw new UserException($"{samples[name].ImagePath} and {image} have one name; keep one of them.");
        }
        if (samples.Count == 0)
            throw new UserException($"{images} has no picture; put the {split} images there (JPEG, PNG or GeoTIFF).");
        var alone = Files(masks)
            .FirstOrDefault(m => Path.GetExtension(m) == ".png" && !samples.ContainsKey(Path.GetFileNameWithoutExtension(m)));
        return alone is null ? [.. samples.Values] : throw new UserException($"{alone} has no image; put it into {images}.");
    }

    /// <summary>Files of a folder that are pictures by their extension, in ordinal order; none where there is no folder.</summary>
    internal static IEnumerable<string> ImagesIn(string directory) =>
        Files(directory).Where(f => ImageExtensions.Contains(Path.GetExtension(f).ToLowerInvariant()));

    private static IEnumerable<string> Files(string directory) =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.GetFiles(directory).Order(StringComparer.Ordinal) : [];
}
