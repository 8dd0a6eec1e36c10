using F2Net.Data;

namespace F2Net.Tests.Data;

/// <summary>Files of the kinds that the kit reads but does not write.</summary>
internal static class TestRasters
{
    /// <summary>A picture in the format that the extension names: JPEG, PNG or GeoTIFF.</summary>
    public static void Write(string path, Picture picture)
    {
        Gdal.Require();
        var driver = Path.GetExtension(path) switch
        {
            ".jpg" => "JPEG",
            ".tif" => "GTiff",
            _ => "PNG",
        };
        using var memory = Create("MEM", "", picture.Width, picture.Height, Picture.Channels, Gdal.Byte);
        Raster.Transfer(memory, Gdal.Write, new PixelWindow(0, 0, picture.Width, picture.Height), Picture.Channels, picture.Pixels);
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
