using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data;

/// <summary>Files of the kinds that the kit reads but does not write.</summary>
internal static class TestRasters
{
    /// <summary>A picture in the format that the extension names: JPEG, PNG or GeoTIFF, which can say where it lies.</summary>
    public static void Write(string path, Picture picture, Georeference? place = null) =>
        Write(path, picture.Width, picture.Height, Picture.Channels, picture.Pixels, place);

    /// <summary>One band without a palette.</summary>
    public static void Write(string path, Mask mask, Georeference? place = null) =>
        Write(path, mask.Width, mask.Height, 1, mask.Ids, place);

    private static void Write(string path, int width, int height, int bands, byte[] bytes, Georeference? place)
    {
        Gdal.Require();
        var driver = Path.GetExtension(path) switch
        {
            ".jpg" => "JPEG",
            ".tif" => "GTiff",
            _ => "PNG",
        };
        using var memory = Create("MEM", "", width, height, bands, Gdal.Byte);
        Raster.Transfer(memory, Gdal.Write, new PixelWindow(0, 0, width, height), bands, bytes);
        if (place is not null)
        {
            Assert.Equal(0, Gdal.GDALSetGeoTransform(memory, place.Transform));
            Assert.Equal(0, Gdal.GDALSetProjection(memory, place.CoordinateSystem));
        }
        using var copy = Gdal.GDALCreateCopy(Gdal.GDALGetDriverByName(driver), path, memory, 1, [null], null, 0);
        Assert.False(copy.IsInvalid);
    }

    /// <summary>A GeoTIFF of zeros.</summary>
    public static void WriteEmpty(string path, int width, int height, int bands, string type)
    {
        const int UInt16 = 2;
        Gdal.Require();
        using var dataset = Create("GTiff", path, width, height, bands, type == "UInt16" ? UInt16 : Gdal.Byte);
        Assert.False(dataset.IsInvalid);
    }

    private static GdalDataset Create(string driver, string path, int width, int height, int bands, int type) =>
        Gdal.GDALCreate(Gdal.GDALGetDriverByName(driver), path, width, height, bands, type, [null]);
}
