using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

/// <summary>What can be wrong with any download.</summary>
public sealed class DownloadFaultsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public DownloadFaultsTests()
    {
        foreach (var name in (string[])["1", "2", "3", "4"])
            WriteDeepGlobe(folder, "src", name);
    }

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Theory]
    [InlineData("3_sat.jpg")]
    [InlineData("3_mask.png")]
    public void A_truncated_file_is_named_and_what_is_finished_stays(string file)
    {
        var (path, whole) = (folder.File($"src/{file}"), File.ReadAllBytes(folder.File($"src/{file}")));
        Truncate(path);
        Assert.StartsWith(
            $"{path} is cut short or damaged (",
            Assert.Throws<UserException>(() => Prepare("deepglobe", Source, Out)).Message,
            StringComparison.Ordinal
        );
        var before = Masks().Length;

        File.WriteAllBytes(path, whole);
        Assert.Equal(before, new DataSetPreparation(Preparers.Open("deepglobe", Source), Out).Finished);
        Assert.Equal(4, Prepare("deepglobe", Source, Out).All.Pictures);
    }

    [Fact]
    public void An_unknown_colour_is_counted_and_its_first_place_named()
    {
        // A thousandth of these pixels is 1.5: two are too many.
        var picture = Noise.Mask(41, 37, 1).Coloured([Rgb.Parse("#00FF00")]);
        foreach (var i in (int[])[41 * 5 + 7, 41 * 5 + 8, 41 * 36])
            picture.Plane(0)[i] = 200;
        foreach (var i in (int[])[41 * 5 + 7, 41 * 5 + 8])
            picture.Plane(1)[i] = 0;
        TestRasters.Write(folder.File("src/2_mask.png"), picture);
        AssertRefused(
            $"{folder.File("src/2_mask.png")} has 2 pixels of colour #FF0000, which is no class (the first in column 7, row 5); "
                + "correct the file, or download it again.",
            "deepglobe",
            Source,
            Out
        );
        Assert.DoesNotContain(
            Directory.GetFiles(Out, "*", SearchOption.AllDirectories),
            f => Path.GetFileName(f).StartsWith("2.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Classes_that_a_split_lacks_are_named()
    {
        foreach (var name in (string[])["1", "2", "3", "4"])
            TestRasters.Write(
                folder.File($"src/{name}_mask.png"),
                Noise.Mask(41, 37, 5).Coloured(Preparers.Open("deepglobe", Source).Info.Palette)
            );
        var report = Prepare("deepglobe", Source, Out);
        Assert.Equal(
            ["train has no pixel of water, barren.", "val has no pixel of water, barren.", "test has no pixel of water, barren."],
            report.Remarks.TakeLast(3)
        );
    }

    [Fact]
    public void A_mask_of_another_size_is_named_with_its_image()
    {
        TestRasters.Write(folder.File("src/2_mask.png"), Noise.Picture(40, 37));
        AssertRefused(
            $"{folder.File("src/2_mask.png")} is 40 x 37 pixels and its image {folder.File("src/2_sat.jpg")} 41 x 37; download both again, or correct one of them.",
            "deepglobe",
            Source,
            Out
        );
    }

    [Fact]
    public void A_packed_download_is_to_be_unpacked()
    {
        File.WriteAllText(folder.File("zip/deepglobe.zip"), "");
        AssertRefused(
            $"{folder.File("zip")} has no *_sat.jpg with its *_mask.png, but deepglobe.zip; unpack it there first.",
            "deepglobe",
            folder.File("zip"),
            Out
        );
        File.WriteAllText(folder.File("7z/a.7z.001"), "");
        File.WriteAllText(folder.File("7z/b.zip"), "");
        AssertRefused(
            $"{folder.File("7z")} has no images/CITYn.tif with its gt/CITYn.tif, but a.7z.001 and 1 more archives; unpack them there first.",
            "inria",
            folder.File("7z"),
            Out
        );
        AssertRefused(
            $"{folder.File("7z/b.zip")} is packed; unpack it, and give the folder that comes out of it.",
            "dubai",
            folder.File("7z/b.zip"),
            Out
        );
    }

    [Theory]
    [InlineData("deepglobe", "*_sat.jpg with its *_mask.png")]
    [InlineData("inria", "images/CITYn.tif with its gt/CITYn.tif")]
    [InlineData("dubai", "Tile N/images/image_part_00K.jpg with its Tile N/masks/image_part_00K.png")]
    public void A_wrong_source_is_told_what_was_looked_for(string name, string pattern)
    {
        File.WriteAllText(folder.File("wrong/readme.txt"), "");
        AssertRefused(
            $"{folder.File("wrong")} and its subfolders have no {pattern}; give the folder with the unpacked download.",
            name,
            folder.File("wrong"),
            Out
        );
        AssertRefused($"{folder.File("none")} is no folder; give the folder with the unpacked download.", name, folder.File("none"), Out);
    }

    private string[] Masks() => Directory.GetFiles(folder.File("out/ann_dir"), "*.png", SearchOption.AllDirectories);
}
