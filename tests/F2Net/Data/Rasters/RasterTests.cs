using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data.Rasters;

public sealed class RasterTests : IDisposable
{
    private static readonly Rgb[] Palette = [new(20, 60, 160), new(120, 170, 80), new(0, 220, 255)];

    private static readonly Georeference Place = new(
        new GeoTransform(-134.1, 0.015, 0, 71.25, 0, -0.015),
        "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4326\"]]"
    );

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(32, 32)]
    [InlineData(77, 41)]
    public void A_picture_comes_back_from_png_bit_for_bit(int width, int height)
    {
        var written = Noise.Picture(width, height);
        var path = folder.File("a.png");
        RasterWriter.WritePng(path, written);

        using var raster = Raster.OpenImage(path);
        Assert.Equal((width, height, 3, "Byte"), (raster.Width, raster.Height, raster.Bands, raster.DataType));
        Assert.Equal(written.Pixels, raster.ReadPicture().Pixels);
        Assert.Null(raster.Georeference);
        Assert.Equal(["a.png"], Files());
    }

    [Fact]
    public void A_window_is_that_part_of_the_whole()
    {
        var path = folder.File("a.png");
        RasterWriter.WritePng(path, Noise.Picture(61, 47));
        using var raster = new Raster(path);
        var window = new PixelWindow(13, 7, 31, 22);
        Assert.Equal(raster.ReadPicture().Cut(window).Pixels, raster.ReadPicture(window).Pixels);
    }

    [Theory]
    [InlineData("m.tif", new[] { "m.tif" })]
    [InlineData("m.png", new[] { "m.pgw", "m.png", "m.png.aux.xml" })]
    public void A_mask_keeps_its_ids_its_colours_and_its_place(string name, string[] files)
    {
        var written = Noise.Mask(301, 259, classes: 3);
        written.Ids[5] = 255;
        RasterWriter.WriteMask(folder.File(name), written, Palette, Place);

        Assert.Equal(files, Files());
        using var raster = new Raster(folder.File(name));
        Assert.Equal(written.Ids, raster.ReadMask().Ids);
        Assert.Equal(Palette, raster.Palette!.Take(3));
        Assert.Equal(-134.1, raster.Georeference!.Transform.OriginX, 9);
        Assert.Equal(71.25, raster.Georeference.Transform.OriginY, 9);
        Assert.Equal(0.015, raster.Georeference.Transform.PixelWidth, 9);
        Assert.Equal(-0.015, raster.Georeference.Transform.PixelHeight, 9);
        Assert.Contains("\"EPSG\",\"4326\"", raster.Georeference.CoordinateSystem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m.png")]
    [InlineData("m.tif")]
    public void A_mask_without_a_place_does_not_take_that_of_an_older_file(string name)
    {
        Place.WriteBeside(folder.File(name));
        RasterWriter.WriteMask(folder.File(name), Noise.Mask(40, 33, classes: 3), Palette);
        Assert.Equal([name], Files());
    }

    [Fact]
    public void A_picture_of_more_bytes_than_an_array_holds_is_one_sentence()
    {
        // GDAL's own text form of a raster: no pixel is stored.
        var path = folder.File("large.vrt");
        File.WriteAllText(
            path,
            $"<VRTDataset rasterXSize=\"30000\" rasterYSize=\"30000\">{string.Concat(Enumerable.Range(1, 3).Select(b => $"<VRTRasterBand dataType=\"Byte\" band=\"{b}\"/>"))}</VRTDataset>"
        );
        using var raster = Raster.OpenImage(path);
        Assert.Equal(
            $"{path}: 30000 x 30000 pixels of 3 bytes are more than the 2 GiB that one array can hold; cut the picture into smaller ones.",
            Assert.Throws<UserException>(() => raster.ReadPicture()).Message
        );
        raster.CheckSize(bands: 1); // a mask of it can be
    }

    [Fact]
    public void A_palette_is_read_as_rgb_where_an_image_is_asked_for()
    {
        var mask = Noise.Mask(40, 33, classes: 3);
        var path = folder.File("p.png");
        RasterWriter.WriteMask(path, mask, Palette);
        using var raster = Raster.OpenImage(path);
        var picture = raster.ReadPicture();
        for (var i = 0; i < mask.Ids.Length; i++)
            Assert.Equal(Palette[mask.Ids[i]], new Rgb(picture.Plane(0)[i], picture.Plane(1)[i], picture.Plane(2)[i]));
    }

    [Fact]
    public void Writing_again_replaces_the_file()
    {
        var path = folder.File("m.tif");
        RasterWriter.WriteMask(path, Noise.Mask(64, 64, 3, seed: 1), Palette);
        var second = Noise.Mask(50, 40, 3, seed: 2);
        RasterWriter.WriteMask(path, second, Palette);
        using var raster = new Raster(path);
        Assert.Equal(second.Ids, raster.ReadMask().Ids);
    }

    [Fact]
    public void Refuses_a_missing_file() =>
        Assert.Equal(
            $"{folder.Path}/none.jpg does not exist; check the path.",
            Assert.Throws<UserException>(() => Raster.OpenImage(folder.Path + "/none.jpg")).Message
        );

    [Fact]
    public void Refuses_what_is_no_picture()
    {
        var path = folder.File("note.jpg");
        File.WriteAllText(path, "no picture");
        Assert.Equal(
            $"{path} is not a picture that can be read; give a JPEG, PNG or GeoTIFF file.",
            Assert.Throws<UserException>(() => Raster.OpenImage(path)).Message
        );
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.tif")]
    public void Refuses_a_file_that_is_cut_short(string name)
    {
        var path = folder.File(name);
        TestRasters.Write(path, Noise.Picture(300, 200));
        using (var file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);

        using var raster = Raster.OpenImage(path);
        var fault = Assert.Throws<UserException>(() => raster.ReadPicture()).Message;
        Assert.StartsWith($"{path} is cut short or damaged (", fault, StringComparison.Ordinal);
        Assert.EndsWith("); copy or download it again.", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "Byte", "has 1 band of type Byte", "-b 1 -b 1 -b 1")]
    [InlineData(4, "Byte", "has 4 bands of type Byte", "-b 1 -b 2 -b 3")]
    [InlineData(3, "UInt16", "has 3 bands of type UInt16", "-b 1 -b 2 -b 3 -ot Byte -scale")]
    [InlineData(1, "UInt16", "has 1 band of type UInt16", "-b 1 -b 1 -b 1 -ot Byte -scale")]
    public void Refuses_an_image_that_is_not_8_bit_rgb_and_says_how_to_convert_it(int bands, string type, string has, string options)
    {
        var path = folder.File("x.tif");
        TestRasters.WriteEmpty(path, 40, 40, bands, type);
        Assert.Equal(
            $"{path} {has}; the network takes three 8-bit bands (RGB), so convert it first: "
                + $"gdal_translate {options} \"{path}\" \"{folder.Path}/x_rgb.tif\"",
            Assert.Throws<UserException>(() => Raster.OpenImage(path)).Message
        );
    }

    [Theory]
    [InlineData(31, 40)]
    [InlineData(40, 31)]
    public void Refuses_an_image_under_32_pixels(int width, int height)
    {
        var path = folder.File("small.png");
        RasterWriter.WritePng(path, Noise.Picture(width, height));
        Assert.Equal(
            $"{path} is {width} x {height} pixels; the network takes images of at least 32 x 32, so give a larger one.",
            Assert.Throws<UserException>(() => Raster.OpenImage(path)).Message
        );
    }

    [Fact]
    public void Refuses_a_mask_of_three_bands()
    {
        var path = folder.File("m.png");
        RasterWriter.WritePng(path, Noise.Picture(40, 40));
        using var raster = new Raster(path);
        Assert.Equal(
            $"{path} has 3 bands of type Byte; a mask has one 8-bit band of class ids, so write it as such a PNG.",
            Assert.Throws<UserException>(() => raster.ReadMask()).Message
        );
    }

    [Theory]
    [InlineData("m.tif")]
    [InlineData("m.png")]
    public void Refuses_a_place_that_cannot_be_written_and_leaves_nothing_behind(string name)
    {
        File.WriteAllText(folder.File("file"), "");
        var path = folder.Path + "/file/" + name;
        Assert.Equal(
            $"Cannot write {path}; choose a folder that you may write to and that has space left.",
            Assert.Throws<UserException>(() => RasterWriter.WriteMask(path, Noise.Mask(40, 40, 3), Palette)).Message
        );
        Assert.Equal(["file"], Files());
    }

    [Fact]
    public void Refuses_a_mask_name_of_another_kind() =>
        Assert.Equal(
            "mask.jpg is no name for a mask; end it in .tif or .png.",
            Assert.Throws<UserException>(() => RasterWriter.WriteMask("mask.jpg", Noise.Mask(40, 40, 3), Palette)).Message
        );

    [Fact]
    public void Says_what_to_do_where_libgdal_is_absent() =>
        Assert.Equal(
            "libgdal, which reads and writes pictures, was not found on this machine; run .devcontainer/setup.sh, or set F2NET_GDAL to its path.",
            Assert.Throws<UserException>(() => Gdal.Load(["libgdal-that-is-not-there.so"])).Message
        );

    private string[] Files() => [.. Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
}
