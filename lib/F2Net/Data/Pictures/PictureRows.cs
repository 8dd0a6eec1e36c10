using F2Net.Data.Rasters;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Data.Pictures;

/// <summary>A picture in memory as the network reads it, made into numbers some rows at a time.</summary>
public sealed class PictureRows(Picture picture) : IImageRows
{
    public long Batch => 1;

    public long Height => picture.Height;

    public long Width => picture.Width;

    public Tensor Read(long top, long rows) => ImageTensor.From(picture.Cut(new PixelWindow(0, (int)top, picture.Width, (int)rows)));
}

/// <summary>A picture in a file as the network reads it: no more of it is in memory than the rows at hand.</summary>
/// <param name="raster">Stays the caller's, and open.</param>
public sealed class RasterRows(Raster raster) : IImageRows
{
    public long Batch => 1;

    public long Height => raster.Height;

    public long Width => raster.Width;

    /// <exception cref="UserException">The file is cut short or damaged, or holds no 8-bit RGB.</exception>
    public Tensor Read(long top, long rows) => ImageTensor.From(raster.ReadPicture(new PixelWindow(0, (int)top, raster.Width, (int)rows)));
}
