namespace F2Net.Data;

/// <summary>An image and its mask. Each is decoded at its first use and kept; any thread may be first.</summary>
public sealed class Sample
{
    private readonly Lazy<Picture> image;
    private readonly Lazy<(Mask Mask, long[] Counts)> mask;

    internal Sample(string name, string imagePath, string maskPath, DataSetInfo info)
    {
        (Name, ImagePath, MaskPath) = (name, imagePath, maskPath);
        image = new(() =>
        {
            using var raster = Raster.OpenImage(imagePath);
            return raster.ReadPicture();
        });
        mask = new(() => ReadMask(info));
    }

    public string Name { get; }
    public string ImagePath { get; }
    public string MaskPath { get; }

    /// <exception cref="UserException">The file is no 8-bit RGB image of at least 32 x 32 pixels, or is damaged.</exception>
    public Picture Image => image.Value;

    /// <exception cref="UserException">The file is no mask, has another size than the image, or an id that is no class.</exception>
    public Mask Mask => mask.Value.Mask;

    /// <summary>Labelled pixels of each class.</summary>
    public IReadOnlyList<long> ClassCounts => mask.Value.Counts;

    private (Mask, long[]) ReadMask(DataSetInfo info)
    {
        using var picture = Raster.OpenImage(ImagePath);
        using var raster = new Raster(MaskPath);
        if ((raster.Width, raster.Height) != (picture.Width, picture.Height))
            throw new UserException(
                $"{MaskPath} is {raster.Width} x {raster.Height} pixels and its image {ImagePath} {picture.Width} x {picture.Height}; give both one size."
            );
        var read = raster.ReadMask();
        var counts = new long[256];
        foreach (var id in read.Ids)
            counts[id]++;
        var classes = info.Classes.Count;
        for (var id = classes; id < counts.Length; id++)
            if (counts[id] > 0 && id != info.IgnoreIndex)
                throw new UserException(
                    $"{MaskPath} has {counts[id]} {(counts[id] == 1 ? "pixel" : "pixels")} of class id {id}, but {DataSetInfo.FileName} names only 0 to {classes - 1} "
                        + $"({info.IgnoreIndex} is ignored); correct the mask or add the class."
                );
        return (read, counts[..classes]);
    }
}
