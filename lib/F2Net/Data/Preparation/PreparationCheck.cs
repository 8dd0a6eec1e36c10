using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>Holds a prepared folder to what was made: the same pictures in each split, no more, and images and masks of one size.</summary>
internal static class PreparationCheck
{
    /// <exception cref="UserException">Something is missing, too many, or of another size.</exception>
    public static void Run(string folder, IReadOnlyList<PreparedPicture> pictures)
    {
        foreach (var split in SplitShares.Names)
        {
            var expected = pictures.Where(p => p.Split == split).ToList();
            var (images, masks) = (Path.Combine(folder, PreparedFolder.Images, split), Path.Combine(folder, PreparedFolder.Masks, split));
            var samples = PreparedFolder.ImagesIn(images).ToDictionary(f => Path.GetFileName(f), StringComparer.Ordinal);
            if (samples.Keys.Except(expected.Select(p => p.Image), StringComparer.Ordinal).FirstOrDefault() is { } strange)
                throw new UserException($"{Path.Combine(images, strange)} belongs to no picture of the download; move it elsewhere.");
            foreach (var picture in expected)
            {
                CheckSize(Path.Combine(images, picture.Image), picture);
                CheckSize(Path.Combine(masks, picture.Name + ".png"), picture);
            }
        }
    }

    private static void CheckSize(string file, PreparedPicture picture)
    {
        using var raster = new Raster(file);
        if ((raster.Width, raster.Height) != (picture.Width, picture.Height))
            throw new UserException(
                $"{file} is {raster.Width} x {raster.Height} pixels, not {picture.Width} x {picture.Height} as it was prepared; remove it and run the same command again."
            );
    }
}
