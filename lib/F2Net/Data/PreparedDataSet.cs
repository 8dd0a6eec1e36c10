using F2Net.Data.Packing;
using F2Net.Data.Pictures;

namespace F2Net.Data;

/// <summary>
/// A data set in the prepared layout: img_dir/{train,val,test}/NAME.*, ann_dir/{train,val,test}/NAME.png (class ids) and dataset.json; or the one
/// file into which <see cref="DataSetPacker"/> packs all that.
/// </summary>
/// <remarks>
/// Pictures of a folder are decoded when they are asked for; those asked for last are kept, up to a quarter of the memory that the process may
/// have. A packed file is mapped into memory, and crops are cut from it where it lies.
/// </remarks>
public sealed class PreparedDataSet
{
    private readonly ISampleStore store;
    private readonly Dictionary<string, Split> splits = new(StringComparer.Ordinal);

    private PreparedDataSet(ISampleStore store) => this.store = store;

    public DataSetInfo Info => store.Info;

    /// <summary>Names of the splits that have pictures: train, val, test, then others.</summary>
    public IReadOnlyList<string> Splits => store.Splits;

    /// <param name="path">The folder, whose packed file is taken where it has one; or a packed file.</param>
    /// <exception cref="UserException">
    /// The folder has no dataset.json, or a faulty one; the packed file is damaged, or older than what it was made from.
    /// </exception>
    public static PreparedDataSet Open(string path)
    {
        if (File.Exists(path))
            return new PreparedDataSet(new PackedFile(path));
        var packed = Path.Combine(path, PackedFile.FileName);
        return new PreparedDataSet(File.Exists(packed) ? new PackedFile(packed) : new PreparedFolder(path, PictureCache.Share));
    }

    /// <summary>The samples of "train", "val" or "test", by name; the same objects at every call.</summary>
    /// <exception cref="UserException">The split is empty, or an image and its mask do not pair.</exception>
    public Split Split(string name)
    {
        if (!splits.TryGetValue(name, out var split))
            splits.Add(name, split = new Split(name, Info, store.Samples(name)));
        return split;
    }
}
