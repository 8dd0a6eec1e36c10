using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

public sealed class FolderPreparerTests : IDisposable
{
    private static readonly Rgb[] Palette = [Rgb.Parse("#0000FF"), Rgb.Parse("#00FF00"), Rgb.Parse("#AA5500")];
    private readonly TempFolder folder = new();
    private readonly Mask mask = Noise.Mask(41, 37, 3);

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Theory]
    [InlineData("ids.png")]
    [InlineData("ids.tif")]
    [InlineData("colours.png")]
    [InlineData("palette.png")]
    [InlineData("other-palette.png")]
    public void Masks_are_read_by_id_or_by_colour(string kind)
    {
        WriteClasses("\"ignoreColours\": [\"#000000\"]");
        TestRasters.Write(folder.File("src/images/a.png"), Noise.Picture(41, 37));
        mask.Ids[5] = 255;
        var file = folder.File($"src/masks/a{Path.GetExtension(kind)}");
        if (kind.StartsWith("ids", StringComparison.Ordinal))
            TestRasters.Write(file, mask);
        else if (kind == "colours.png")
            TestRasters.Write(file, mask.Coloured(Palette));
        else if (kind == "palette.png")
            RasterWriter.WriteMask(file, mask, Palette);
        else
            RasterWriter.WriteMask(
                file,
                new Mask(41, 37, [.. mask.Ids.Select(id => (byte)(id == 255 ? 7 : 2 - id))]),
                [.. Palette.Reverse()]
            );

        Prepare("folder", Source, Out);

        Assert.Equal(mask.Ids, ReadMask(folder.File("out/ann_dir/train/a.png")).Ids);
    }

    [Fact]
    public void Polygons_are_burned_and_masks_stay_on_their_image()
    {
        WriteClasses(
            """
            "polygons": {"file": "labels.geojson", "attribute": "kind", "background": "water"}
            """
        );
        TestRasters.Write(folder.File("src/images/a.tif"), Noise.Picture(41, 37), Place);
        // Half a degree a pixel from 10 E, 50 N: columns 2 to 5, rows 4 to 7.
        File.WriteAllText(folder.File("src/labels.geojson"), TestVectors.GeoJson(null, (11, 46, 13, 48, """{"kind": "roof"}""")));

        Prepare("folder", Source, Out);

        using var made = new Raster(folder.File("out/ann_dir/train/a.png"));
        var ids = made.ReadMask().Ids;
        Assert.Equal(16, ids.Count(id => id == 2));
        Assert.Equal(2, ids[4 * 41 + 2]);
        Assert.Equal(0, ids[0]);
        Assert.Equal(Place.Transform, made.Georeference!.Transform);
    }

    [Fact]
    public void The_polygons_of_all_images_may_be_of_any_format_that_GDAL_reads()
    {
        WriteClasses("\"polygons\": {\"file\": \"labels\", \"class\": \"roof\"}");
        TestRasters.Write(folder.File("src/images/a.tif"), Noise.Picture(41, 37), Place);
        File.WriteAllText(folder.File("src/labels"), TestVectors.GeoJson(null, (11, 46, 13, 48, "{}")));
        Prepare("folder", Source, Out);
        Assert.Equal(16, ReadMask(folder.File("out/ann_dir/train/a.png")).Ids.Count(id => id == 2));
    }

    [Fact]
    public void Of_masks_of_0_and_255_the_report_says_that_a_class_is_lost()
    {
        WriteClasses();
        var classes = folder.File("src/classes.json");
        File.WriteAllText(
            classes,
            """{"name": "Mine", "classes": [{"name": "ground", "colour": "#000000"}, {"name": "roof", "colour": "#FFFFFF"}]}"""
        );
        TestRasters.Write(folder.File("src/images/a.png"), Noise.Picture(41, 37));
        TestRasters.Write(folder.File("src/masks/a.png"), new Mask(41, 37, [.. mask.Ids.Select(id => (byte)(id == 0 ? 255 : 0))]));
        Assert.Contains(
            "No picture has a pixel of roof, but some have pixels that are ignored: where these are meant by it, masks want class ids in place of 255, and polygons a background.",
            Prepare("folder", Source, Out).Remarks
        );
    }

    [Theory]
    [InlineData(".gpkg")]
    [InlineData(".shp")]
    public void Each_image_may_have_polygons_of_its_own(string extension)
    {
        WriteClasses("\"polygons\": {\"class\": \"roof\"}");
        TestRasters.Write(folder.File("src/images/a.tif"), Noise.Picture(41, 37), Place);
        File.WriteAllText(folder.File("boxes.geojson"), TestVectors.GeoJson(null, (11, 46, 13, 48, "{}")));
        TestVectors.Convert(folder.File("boxes.geojson"), folder.File($"src/polygons/a{extension}"));
        Prepare("folder", Source, Out);
        var ids = ReadMask(folder.File("out/ann_dir/train/a.png")).Ids;
        Assert.Equal((16, ids.Length - 16), (ids.Count(id => id == 2), ids.Count(id => id == 255)));
    }

    [Theory]
    [InlineData("{0}/images/a.png", "{0}/masks/a.png")]
    [InlineData("images/{0}/a.png", "masks/{0}/a.png")]
    public void Folders_of_splits_are_kept(string image, string labels)
    {
        WriteClasses();
        foreach (var split in SplitShares.Names)
            Write(
                string.Format(image, split).Replace("a.png", $"{split[..2]}.png"),
                string.Format(labels, split).Replace("a.png", $"{split[..2]}.png")
            );
        var report = Prepare("folder", Source, Out);
        Assert.Equal("the download's folders", report.Split);
        Assert.True(File.Exists(folder.File("out/img_dir/val/va.png")));
        Assert.True(File.Exists(folder.File("out/ann_dir/test/te.png")));
    }

    [Fact]
    public void Subfolders_become_part_of_the_name_and_a_seed_shares_the_pictures()
    {
        WriteClasses();
        for (var i = 0; i < 20; i++)
            Write($"site{i % 2}/images/{i / 2}.png", $"site{i % 2}/masks/{i / 2}.png");
        var report = Prepare("folder", Source, Out, seed: 3);
        Assert.Equal([14, 3, 3], report.Splits.Values.Select(s => s.Pictures));
        Assert.Single(Directory.GetFiles(folder.File("out/img_dir"), "site1_7.png", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_image_whose_place_stands_beside_it_keeps_it()
    {
        WriteClasses();
        Write("images/a.png", "masks/a.png");
        Place.WriteBeside(folder.File("src/images/a.png"));
        Prepare("folder", Source, Out);
        foreach (var file in (string[])["out/img_dir/train/a.png", "out/ann_dir/train/a.png"])
        {
            using var raster = new Raster(folder.File(file));
            Assert.Equal(Place.Transform, raster.Georeference!.Transform);
            Assert.Contains("WGS", raster.Georeference.CoordinateSystem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Other_classes_make_everything_again()
    {
        WriteClasses();
        Write("images/a.png", "masks/a.png");
        Prepare("folder", Source, Out);
        WriteClasses("\"ignoreIndex\": 200");
        Assert.Equal(0, new DataSetPreparation(Preparers.Open("folder", Source), Out).Finished);
    }

    [Fact]
    public void A_folder_without_classes_is_told_what_to_write()
    {
        Write("images/a.png", "masks/a.png");
        AssertRefused(
            $$"""{{Source}} has no classes.json; write there what the masks show: {"name": "…", "classes": [{"name": "…", "colour": "#RRGGBB"}, …]}.""",
            "folder",
            Source,
            Out
        );
        File.WriteAllText(folder.File("zipped/data.zip"), "");
        AssertRefused(
            $"{folder.File("zipped")} has no classes.json, but data.zip; unpack it there first.",
            "folder",
            folder.File("zipped"),
            Out
        );
    }

    [Fact]
    public void A_folder_without_pictures_is_told_where_they_belong()
    {
        WriteClasses();
        AssertRefused(
            $"{Source} and its subfolders have no images/NAME.jpg (or .png, .tif) with its masks/NAME.png; give the folder with the unpacked download.",
            "folder",
            Source,
            Out
        );
    }

    [Fact]
    public void Faults_of_the_classes_are_one_sentence()
    {
        Write("images/a.png", "masks/a.png");
        WriteClasses("\"polygons\": {\"class\": \"roof\", \"background\": \"sky\"}");
        AssertRefused($"{folder.File("src/classes.json")}: background \"sky\" is no class; correct the file.", "folder", Source, Out);
        WriteClasses("\"ignoreColours\": [\"#00FF00\"]");
        TestRasters.Write(folder.File("src/masks/a.png"), mask.Coloured(Palette));
        AssertRefused(
            $"{folder.File("src/classes.json")} gives grass and ignoreColours one colour, #00FF00; masks by colour need one for each.",
            "folder",
            Source,
            Out
        );
        WriteClasses("\"polygons\": {\"class\": \"roof\", \"file\": \"none.gpkg\"}");
        AssertRefused(
            $"{folder.File("src/classes.json")} names the polygons {Path.Combine(Source, "none.gpkg")}, which is not there; correct the file, or put it there.",
            "folder",
            Source,
            Out
        );
    }

    [Fact]
    public void Pictures_beside_the_splits_folders_are_refused()
    {
        WriteClasses();
        Write("train/images/a.png", "train/masks/a.png");
        Write("images/b.png", "masks/b.png");
        AssertRefused(
            $"{folder.File("src/images/b.png")} lies in none of the folders train, val and test, where others do; move it into one of them, or give --lists.",
            "folder",
            Source,
            Out
        );
    }

    [Fact]
    public void Two_images_that_differ_in_their_extension_alone_are_refused()
    {
        WriteClasses();
        Write("images/a.png", "masks/a.png");
        TestRasters.Write(folder.File("src/images/a.jpg"), Noise.Picture(41, 37));
        AssertRefused(
            $"{folder.File("src/images/a.jpg")} and {folder.File("src/images/a.png")} have one name; keep one of them.",
            "folder",
            Source,
            Out
        );
    }

    private void Write(string image, string labels)
    {
        TestRasters.Write(folder.File($"src/{image}"), Noise.Picture(41, 37));
        TestRasters.Write(folder.File($"src/{labels}"), mask);
    }

    private void WriteClasses(string more = "") =>
        File.WriteAllText(
            folder.File("src/classes.json"),
            $$"""
            {
              "name": "Mine",
              "classes": [
                { "name": "water", "colour": "#0000FF" },
                { "name": "grass", "colour": "#00FF00" },
                { "name": "roof", "colour": "#AA5500" }
              ],
              {{more}}
            }
            """
        );
}
