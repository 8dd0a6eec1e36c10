using System.Runtime.InteropServices;
using F2Net.Data.Pictures;

namespace F2Net.Data.Rasters;

/// <summary>
/// A picture or mask in a file, read by window through GDAL: JPEG, PNG, GeoTIFF and whatever else the machine's GDAL reads.
/// One thread at a time.
/// </summary>
public sealed class Raster : IDisposable
{
    /// <summary>The network's least height and width: its coarsest stride.</summary>
    public const int LeastSide = 32;

    private readonly GdalDataset dataset;

    /// <exception cref="UserException">The file is missing, unreadable or no picture, or the machine has no libgdal.</exception>
    public Raster(string path)
    {
        Gdal.Require();
        if (!File.Exists(path))
            throw new UserException($"{path} does not exist; check the path.");
        CheckReadable(path);
        Gdal.CPLErrorReset();
        dataset = Gdal.GDALOpenEx(path, Gdal.OpenRaster, 0, 0, 0);
        if (dataset.IsInvalid || Gdal.GDALGetRasterCount(dataset) == 0)
        {
            dataset.Dispose();
            throw new UserException(
                $"{path} is not a picture that can be read{InBrackets(Gdal.LastError)}; give a JPEG, PNG or GeoTIFF file."
            );
        }
        Path = path;
        Width = Gdal.GDALGetRasterXSize(dataset);
        Height = Gdal.GDALGetRasterYSize(dataset);
        Bands = Gdal.GDALGetRasterCount(dataset);
        var first = Gdal.GDALGetRasterBand(dataset, 1);
        var type = Gdal.GDALGetRasterDataType(first);
        IsByte = type == Gdal.Byte;
        DataType = Marshal.PtrToStringUTF8(Gdal.GDALGetDataTypeName(type)) ?? "";
        Palette = ReadPalette(Gdal.GDALGetRasterColorTable(first));
        if (Gdal.GDALGetGeoTransform(dataset, out var transform) == 0)
            Georeference = new Georeference(transform, Marshal.PtrToStringUTF8(Gdal.GDALGetProjectionRef(dataset)) ?? "");
    }

    public string Path { get; }
    public int Width { get; }
    public int Height { get; }
    public int Bands { get; }

    /// <summary>GDAL's name of the first band's type: Byte, UInt16, Float32 …</summary>
    public string DataType { get; }

    /// <summary>The first band's colours, by id; null without a colour table.</summary>
    public IReadOnlyList<Rgb>? Palette { get; }

    /// <summary>Null where neither the file nor a sidecar says where it lies.</summary>
    public Georeference? Georeference { get; }

    private bool IsByte { get; }

    /// <summary>Opens an image that the network can take: 8-bit RGB (or a palette, read as RGB) of at least 32 x 32 pixels.</summary>
    /// <exception cref="UserException">As the constructor; or another number of bands or type; or too small.</exception>
    public static Raster OpenImage(string path)
    {
        var raster = new Raster(path);
        try
        {
            raster.CheckRgb();
            if (Math.Min(raster.Width, raster.Height) < LeastSide)
                throw new UserException(
                    $"{path} is {raster.Width} x {raster.Height} pixels; the network takes images of at least {LeastSide} x {LeastSide}, so give a larger one."
                );
            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }

    /// <summary>Windows of full width that cover the file from the top, so that no more of it need be in memory than one of them.</summary>
    public IEnumerable<PixelWindow> Strips()
    {
        const int Rows = 256;
        for (var top = 0; top < Height; top += Rows)
            yield return new PixelWindow(0, top, Width, Math.Min(Rows, Height - top));
    }

    /// <summary>The whole file as RGB.</summary>
    public Picture ReadPicture() => ReadPicture(new PixelWindow(0, 0, Width, Height));

    /// <summary>A window as RGB; a palette's ids become their colours.</summary>
    /// <exception cref="UserException">The file is cut short or damaged, or holds no 8-bit RGB.</exception>
    public Picture ReadPicture(PixelWindow window)
    {
        CheckRgb();
        return Palette is { } palette && Bands == 1
            ? new Mask(window.Width, window.Height, ReadBytes(window)).Coloured(palette)
            : new Picture(window.Width, window.Height, ReadBytes(window));
    }

    /// <summary>The whole file as class ids: the palette, if there is one, is left aside.</summary>
    /// <exception cref="UserException">The file is cut short or damaged, or has not one 8-bit band.</exception>
    public Mask ReadMask() => ReadMask(new PixelWindow(0, 0, Width, Height));

    /// <summary>A window as class ids.</summary>
    /// <exception cref="UserException">The file is cut short or damaged, or has not one 8-bit band.</exception>
    public Mask ReadMask(PixelWindow window) =>
        Bands == 1 && IsByte
            ? new Mask(window.Width, window.Height, ReadBytes(window))
            : throw new UserException($"{Path} has {BandsAndType}; a mask has one 8-bit band of class ids, so write it as such a PNG.");

    public void Dispose() => dataset.Dispose();

    private string BandsAndType => $"{Bands} {(Bands == 1 ? "band" : "bands")} of type {DataType}";

    /// <summary>Whether the file's pixels can be in memory at once.</summary>
    /// <param name="bands">Bytes a pixel.</param>
    /// <exception cref="UserException">They are more than 2 GiB.</exception>
    public void CheckSize(int bands) => CheckSize(bands, Width, Height);

    private void CheckSize(int bands, int width, int height)
    {
        if ((long)bands * width * height > Array.MaxLength)
            throw new UserException(
                $"{Path}: {width} x {height} pixels of {bands} {(bands == 1 ? "byte" : "bytes")} are more than the 2 GiB that one array can hold; cut the picture into smaller ones."
            );
    }

    // GDAL says of a file without permission what it says of one that is no picture.
    private static void CheckReadable(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check its permissions.", e);
        }
    }

    // What says no more than the sentence around it is left out.
    private static string InBrackets(string? reason) =>
        reason is null || reason.Contains("not recognized", StringComparison.Ordinal) ? "" : $" ({reason.TrimEnd('.')})";

    private byte[] ReadBytes(PixelWindow window)
    {
        // A palette's ids become three colours each.
        CheckSize(Palette is null ? Bands : Picture.Channels, window.Width, window.Height);
        var bytes = new byte[(long)Bands * window.Width * window.Height];
        try
        {
            Transfer(dataset, Gdal.Read, window, Bands, bytes);
            return bytes;
        }
        catch (IOException e)
        {
            throw new UserException($"{Path} is cut short or damaged{InBrackets(e.Message)}; copy or download it again.", e);
        }
    }

    private void CheckRgb()
    {
        if (IsByte && (Bands == Picture.Channels || (Bands == 1 && Palette is not null)))
            return;
        var bands = Bands >= Picture.Channels ? "-b 1 -b 2 -b 3" : "-b 1 -b 1 -b 1";
        var type = IsByte ? "" : " -ot Byte -scale";
        var converted = System.IO.Path.ChangeExtension(Path, null) + "_rgb.tif";
        throw new UserException(
            $"{Path} has {BandsAndType}; the network takes three 8-bit bands (RGB), so convert it first: gdal_translate {bands}{type} \"{Path}\" \"{converted}\""
        );
    }

    private static Rgb[]? ReadPalette(nint table)
    {
        if (table == 0)
            return null;
        var colours = new Rgb[Gdal.GDALGetColorEntryCount(table)];
        for (var i = 0; i < colours.Length; i++)
        {
            _ = Gdal.GDALGetColorEntryAsRGB(table, i, out var c);
            colours[i] = new Rgb((byte)c.R, (byte)c.G, (byte)c.B);
        }
        return colours;
    }

    /// <summary>Moves a window between a dataset and planar bytes.</summary>
    /// <exception cref="IOException">GDAL could not, in its own words.</exception>
    internal static void Transfer(GdalDataset dataset, int direction, PixelWindow window, int bands, byte[] bytes)
    {
        Gdal.CPLErrorReset();
        var failed = Gdal.GDALDatasetRasterIOEx(
            dataset,
            direction,
            window.X,
            window.Y,
            window.Width,
            window.Height,
            ref MemoryMarshal.GetArrayDataReference(bytes),
            window.Width,
            window.Height,
            Gdal.Byte,
            bands,
            0,
            1,
            window.Width,
            (long)window.Width * window.Height,
            0
        );
        if (failed != 0)
            throw new IOException(Gdal.LastError);
    }
}
