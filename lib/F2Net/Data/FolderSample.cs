using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data;

/// <summary>An image and its mask in two files, decoded when they are asked for and not in the cache.</summary>
internal sealed class FolderSample(string name, string imagePath, string maskPath, PictureCache cache) : ISampleSource
{
    private readonly Lazy<(int Width, int Height)> size = new(() =>
    {
        using var raster = Raster.OpenImage(imagePath);
        return (raster.Width, raster.Height);
    });

    public string Name => name;

    public string ImagePath => imagePath;

    public string MaskPath => maskPath;

    public (int Width, int Height) Size => size.Value;

    public IPixelPlanes Image => cache.Get(imagePath, Picture.Channels * Pixels, ReadImage);

    public IPixelPlanes Mask => cache.Get(maskPath, Pixels, ReadMask);

    private long Pixels => (long)Size.Width * Size.Height;

    private Picture ReadImage()
    {
        using var raster = Raster.OpenImage(imagePath);
        return raster.ReadPicture();
    }

    private Mask ReadMask()
    {
        using var raster = new Raster(maskPath);
        if ((raster.Width, raster.Height) != Size)
            throw new UserException(
                $"{maskPath} is {raster.Width} x {raster.Height} pixels and its image {imagePath} {Size.Width} x {Size.Height}; give both one size."
            );
        return raster.ReadMask();
    }
}
