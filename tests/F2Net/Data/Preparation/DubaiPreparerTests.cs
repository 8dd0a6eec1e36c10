using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

public sealed class DubaiPreparerTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Fact]
    public void Parts_become_the_picture_that_they_were_cut_from()
    {
        var (picture, mask) = WriteDubai(folder, "src/Semantic segmentation dataset/Tile 2");
        Prepare("dubai", Source, Out);

        using var image = new Raster(folder.File("out/img_dir/train/tile2.png"));
        Assert.Equal((110, 103), (image.Width, image.Height));
        var stitched = image.ReadPicture().Pixels;
        Assert.All(Enumerable.Range(0, stitched.Length), i => Assert.InRange(stitched[i] - picture.Pixels[i], -60, 60)); // JPEG
        Assert.InRange(stitched.Select((v, i) => (double)Math.Abs(v - picture.Pixels[i])).Average(), 0, 8);
        var expected = mask.Ids.Select(id => id == 6 ? (byte)255 : id); // black is ignored
        Assert.Equal(expected, ReadMask(folder.File("out/ann_dir/train/tile2.png")).Ids);
    }

    [Fact]
    public void How_well_the_parts_continue_each_other_is_reported()
    {
        WriteDubai(folder, "src/Tile 2");
        var remark = Assert.Single(Prepare("dubai", Source, Out).Remarks, r => r.StartsWith("tile2: 9 parts;", StringComparison.Ordinal));
        Assert.Matches(
            "^tile2: 9 parts; across a part's seams neighbours differ [01][.][0-9]{2} to [01][.][0-9]{2} times as much as within the parts[.]$",
            remark
        );
    }

    [Fact]
    public void A_part_in_anothers_place_is_found()
    {
        WriteDubai(folder, "src/Tile 2");
        var (one, other) = (folder.File("src/Tile 2/images/image_part_005.jpg"), folder.File("src/Tile 2/images/image_part_008.jpg"));
        // The same width and, to a pixel, the same height: nothing but the seams can tell.
        File.Move(one, one + ".kept");
        File.Move(other, one);
        File.Move(one + ".kept", other);
        foreach (var part in (int[])[5, 8])
        {
            using var image = new Raster(folder.File($"src/Tile 2/images/image_part_00{part}.jpg"));
            TestRasters.Write(
                folder.File($"src/Tile 2/masks/image_part_00{part}.png"),
                Noise.Mask(image.Width, image.Height, 1).Coloured([Rgb.Parse("#E2A929")])
            );
        }
        var error = Assert.Throws<UserException>(() => Prepare("dubai", Source, Out));
        Assert.Matches(
            "^.*image_part_00[58][.]jpg does not continue the parts beside it: pixels across its seams differ [0-9.]+ times as much as neighbours "
                + "within the parts; download the tile again, or put its parts in their order[.]$",
            error.Message
        );
        Assert.Empty(Directory.GetFiles(Out, "*.png", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        WriteDubai(folder, "src/Tile 3");
        File.Delete(folder.File("src/Tile 3/masks/image_part_007.png"));
        AssertRefused(
            $"{folder.File("src/Tile 3/masks/image_part_007.png")} is missing; complete the download, or move Tile 3 elsewhere.",
            "dubai",
            Source,
            Out
        );
    }

    [Fact]
    public void A_part_of_another_size_is_named()
    {
        WriteDubai(folder, "src/Tile 3");
        TestRasters.Write(folder.File("src/Tile 3/images/image_part_004.jpg"), Noise.Picture(40, 35));
        AssertRefused(
            $"{folder.File("src/Tile 3/images/image_part_004.jpg")} is 40 x 35 pixels, where its row and column of parts are 35 high and 36 wide; download the tile again.",
            "dubai",
            Source,
            Out
        );
    }

    [Fact]
    public void A_colour_of_the_wrong_palette_is_refused()
    {
        WriteDubai(folder, "src/Tile 3");
        TestRasters.Write(folder.File("src/Tile 3/masks/image_part_009.png"), Noise.Mask(37, 34, 1).Coloured([Rgb.Parse("#D0021B")]));
        AssertRefused(
            $"{folder.File("src/Tile 3/masks/image_part_009.png")} has 1258 pixels of colour #D0021B, which is no class (the first in column 0, row 0); "
                + "correct the file, or download it again.",
            "dubai",
            Source,
            Out
        );
    }

    [Fact]
    public void Tiles_go_where_the_kit_puts_them_and_elsewhere_by_a_seed_or_lists()
    {
        foreach (var tile in (int[])[1, 2, 3, 4])
            WriteDubai(folder, $"src/Tile {tile}");
        var report = Prepare("dubai", Source, Out);
        Assert.Equal("the kit's, tile by tile", report.Split);
        Assert.Equal([2, 1, 1], report.Splits.Values.Select(s => s.Pictures));
        Assert.True(File.Exists(folder.File("out/img_dir/test/tile1.png")));

        Assert.Equal(5, Prepare("dubai", Source, folder.File("seeded"), seed: 5).Seed);

        File.WriteAllText(folder.File("lists/train.txt"), "Tile 1\ntile2\n");
        File.WriteAllText(folder.File("lists/test.txt"), "Tile_4\n");
        var listed = Prepare("dubai", Source, folder.File("listed"), folder.File("lists"));
        Assert.Equal([2, 0, 1], listed.Splits.Values.Select(s => s.Pictures));
    }

    [Fact]
    public void Tiles_that_would_leave_a_split_empty_are_drawn()
    {
        foreach (var tile in (int[])[2, 4, 5])
            WriteDubai(folder, $"src/Tile {tile}");
        var report = Prepare("dubai", Source, Out);
        Assert.Equal([1, 1, 1], report.Splits.Values.Select(s => s.Pictures));
        Assert.Equal("drawn with seed 1", report.Split);
    }
}
