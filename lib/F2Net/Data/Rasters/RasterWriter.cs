using F2Net.Data.Pictures;

namespace F2Net.Data.Rasters;

/// <summary>Writes pictures and masks through GDAL, each beside its place and then renamed.</summary>
public static class RasterWriter
{
    /// <summary>An RGB PNG; cancelled, it leaves nothing.</summary>
    /// <exception cref="UserException">The folder cannot be written to, or the disk is full.</exception>
    public static void WritePng(string path, Picture picture, Georeference? place = null, CancellationToken cancellation = default) =>
        WritePng(path, RasterImage.Of(picture), place, cancellation);

    /// <summary>
    /// Class ids with their colours. A path that ends in .tif or .tiff becomes a GeoTIFF (tiled, deflate) that holds its own place; .png
    /// gets its place in a world file and an .aux.xml beside it.
    /// </summary>
    /// <param name="palette">Colours by class id; further ids are black.</param>
    /// <exception cref="UserException">Another extension; the folder cannot be written to, or the disk is full.</exception>
    public static void WriteMask(string path, Mask mask, IReadOnlyList<Rgb> palette, Georeference? place = null)
    {
        CheckMaskName(path);
        var image = RasterImage.Of(mask, palette);
        if (IsPng(path))
            WritePng(path, image, place, CancellationToken.None);
        else
            Create(path, partial => Fill("GTiff", partial, ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER", null], image, place));
    }

    /// <summary>Says before the work whether <see cref="WriteMask"/> will know what to write.</summary>
    /// <exception cref="UserException">The path ends neither in .tif or .tiff nor in .png.</exception>
    public static void CheckMaskName(string path)
    {
        if (!IsPng(path) && Path.GetExtension(path).ToUpperInvariant() is not (".TIF" or ".TIFF"))
            throw new UserException($"{path} is no name for a mask; end it in .tif or .png.");
    }

    private static bool IsPng(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private static void WritePng(string path, RasterImage image, Georeference? place, CancellationToken cancellation)
    {
        Create(path, partial => Copy("PNG", partial, [null], image, cancellation));
        place?.WriteBeside(path);
    }

    /// <summary>A file of a driver that only copies, as those of PNG and JPEG do: the pixels go through a dataset in memory.</summary>
    internal static GdalDataset Copy(
        string driver,
        string path,
        string?[] options,
        RasterImage image,
        CancellationToken cancellation = default
    )
    {
        using var memory = Fill("MEM", "", [null], image, place: null);
        GdalProgress goOn = (_, _, _) => cancellation.IsCancellationRequested ? 0 : 1;
        var copy = Gdal.GDALCreateCopy(Gdal.GDALGetDriverByName(driver), path, memory, 1, options, goOn, 0);
        if (copy.IsInvalid)
            cancellation.ThrowIfCancellationRequested();
        return copy.IsInvalid ? throw new IOException(Gdal.LastError) : copy;
    }

    private static void Create(string path, Func<string, GdalDataset> write)
    {
        Gdal.Require();
        OutputFile.Write(
            path,
            partial =>
            {
                // Sidecars are ours to write: GDAL would name its own after the .partial file.
                Gdal.CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
                try
                {
                    var dataset = write(partial);
                    Gdal.CPLErrorReset();
                    dataset.Dispose(); // writes what GDAL still holds, so this is where a full disk shows
                    if (Gdal.LastError is { } message)
                        throw new IOException(message);
                }
                finally
                {
                    Gdal.CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", null);
                }
            }
        );
        // What lay beside an older file would put this one in its place.
        Georeference.RemoveBeside(path);
    }

    private static GdalDataset Fill(string driver, string path, string?[] options, RasterImage image, Georeference? place)
    {
        var dataset = Gdal.GDALCreate(Gdal.GDALGetDriverByName(driver), path, image.Width, image.Height, image.Bands, Gdal.Byte, options);
        if (dataset.IsInvalid)
            throw new IOException(Gdal.LastError);
        if (place is not null)
        {
            _ = Gdal.GDALSetGeoTransform(dataset, place.Transform);
            _ = Gdal.GDALSetProjection(dataset, place.CoordinateSystem);
        }
        if (image.Palette is { } palette)
            SetPalette(dataset, palette);
        try
        {
            Raster.Transfer(dataset, Gdal.Write, new PixelWindow(0, 0, image.Width, image.Height), image.Bands, image.Bytes);
            return dataset;
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    private static void SetPalette(GdalDataset dataset, IReadOnlyList<Rgb> palette)
    {
        const int PaletteInterpretationRgb = 1;
        var table = Gdal.GDALCreateColorTable(PaletteInterpretationRgb);
        // All 256 entries, so that an ignore index is a valid id in the file too.
        for (var id = 0; id < 256; id++)
        {
            var c = id < palette.Count ? palette[id] : default;
            Gdal.GDALSetColorEntry(table, id, new GdalColour(c.R, c.G, c.B, 255));
        }
        _ = Gdal.GDALSetRasterColorTable(Gdal.GDALGetRasterBand(dataset, 1), table);
        Gdal.GDALDestroyColorTable(table);
    }
}
