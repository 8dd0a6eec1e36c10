using F2Net.Data;
using F2Net.Data.Preparation;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

/// <summary>What every preparation does: finds faults, goes on after a stop, and leaves a whole data set or none.</summary>
public sealed class DataSetPreparationTests : IDisposable
{
    private readonly TempFolder folder = new();

    public DataSetPreparationTests()
    {
        foreach (var name in (string[])["1", "2", "3", "4"])
            WriteDeepGlobe(folder, "src", name);
    }

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Fact]
    public void Goes_on_where_it_was_stopped()
    {
        using var stop = new CancellationTokenSource();
        var preparation = new DataSetPreparation(Preparers.Open("deepglobe", Source), Out);
        Assert.Throws<OperationCanceledException>(() => preparation.Run(_ => stop.Cancel(), stop.Token));
        Assert.False(File.Exists(folder.File("out/dataset.json")));
        var first = Assert.Single(Masks());
        var written = File.GetLastWriteTimeUtc(first);

        var made = new List<string>();
        var again = new DataSetPreparation(Preparers.Open("deepglobe", Source), Out);
        Assert.Equal((4, 1), (again.Total, again.Finished));
        again.Run(made.Add, CancellationToken.None);

        Assert.Equal(3, made.Count);
        Assert.Equal(4, Masks().Length);
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.Equal(4, SplitShares.Names.Sum(s => PreparedDataSet.Open(Out).Split(s).Samples.Count));
    }

    [Fact]
    public void What_a_killed_process_left_is_made_anew()
    {
        Prepare("deepglobe", Source, Out);
        var journal = folder.File("out/pictures.jsonl");
        var text = File.ReadAllText(journal);
        File.WriteAllText(journal, text[..^20]); // the last line was being written
        var partial = folder.File("out/ann_dir/train/1.png.partial");
        File.WriteAllText(partial, "half");

        Assert.Equal(3, new DataSetPreparation(Preparers.Open("deepglobe", Source), Out).Finished);
        Prepare("deepglobe", Source, Out);

        Assert.False(File.Exists(partial));
        Assert.Equal(text, File.ReadAllText(journal));
    }

    [Fact]
    public void A_finished_preparation_makes_nothing_again()
    {
        Prepare("deepglobe", Source, Out);
        var times = Masks().Select(File.GetLastWriteTimeUtc).ToList();
        var again = new DataSetPreparation(Preparers.Open("deepglobe", Source), Out);
        Assert.Equal(4, again.Finished);
        again.Run(name => Assert.Fail(name), CancellationToken.None);
        Assert.Equal(times, Masks().Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void A_file_that_was_replaced_is_prepared_again()
    {
        Prepare("deepglobe", Source, Out);
        var mask = WriteDeepGlobe(folder, "src", "2", width: 53);
        Assert.Equal(3, new DataSetPreparation(Preparers.Open("deepglobe", Source), Out).Finished);
        Prepare("deepglobe", Source, Out);
        Assert.Equal(mask.Ids, ReadMask(Masks().Single(m => Path.GetFileName(m) == "2.png")).Ids);
    }

    [Fact]
    public void Another_seed_moves_pictures_and_leaves_none_behind()
    {
        static string[] Split(string output) =>
            [.. Directory.GetFiles(Path.Combine(output, "ann_dir", "train")).Select(f => Path.GetFileName(f)).Order()];
        Prepare("deepglobe", Source, Out);
        var before = Split(Out);
        var seed = Enumerable
            .Range(2, 50)
            .First(s =>
            {
                var drawn = new SplitShares(454, 207, 142).Draw(Preparers.Open("deepglobe", Source).Find().Pictures, s);
                return !before.SequenceEqual(drawn.Where(d => d.Value == "train").Select(d => d.Key + ".png").Order());
            });
        Prepare("deepglobe", Source, Out, seed: seed);
        Assert.NotEqual(before, Split(Out));
        Assert.Equal(4, Masks().Length);
        Assert.Equal(4, Directory.GetFiles(folder.File("out/img_dir"), "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("3_sat.jpg")]
    [InlineData("3_mask.png")]
    public void A_truncated_file_is_named_and_what_is_finished_stays(string file)
    {
        var (path, whole) = (folder.File($"src/{file}"), File.ReadAllBytes(folder.File($"src/{file}")));
        Truncate(path);
        AssertRefused($"{path} is cut short or damaged; copy or download it again.", "deepglobe", Source, Out);
        var before = Masks().Length;

        File.WriteAllBytes(path, whole);
        Assert.Equal(before, new DataSetPreparation(Preparers.Open("deepglobe", Source), Out).Finished);
        Assert.Equal(4, Prepare("deepglobe", Source, Out).All.Pictures);
    }

    [Fact]
    public void An_unknown_colour_is_counted_and_its_first_place_named()
    {
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

    [Fact]
    public void A_folder_that_holds_something_else_is_left_alone()
    {
        File.WriteAllText(folder.File("out/thesis.doc"), "");
        AssertRefused(
            $"{Out} holds something that this command did not prepare; give --out a new or empty folder.",
            "deepglobe",
            Source,
            Out
        );
    }

    [Fact]
    public void Another_data_sets_folder_is_left_alone()
    {
        Prepare("deepglobe", Source, Out);
        WriteInria(folder, "inria", "austin1");
        AssertRefused(
            $"{Out} holds DeepGlobe Land Cover; give --out another folder for Inria Aerial Image Labeling.",
            "inria",
            folder.File("inria"),
            Out
        );
    }

    [Fact]
    public void Finished_pictures_that_the_download_lost_are_not_thrown_away()
    {
        Prepare("deepglobe", Source, Out);
        File.Delete(folder.File("src/2_sat.jpg"));
        File.Delete(folder.File("src/2_mask.png"));
        AssertRefused(
            $"{Out} holds 1 finished picture that the download or the lists no longer have (2); put it back, or give --out a new folder.",
            "deepglobe",
            Source,
            Out
        );
        Assert.Equal(4, Masks().Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_one_sentence()
    {
        Prepare("deepglobe", Source, Out);
        Directory.Delete(folder.File("out/ann_dir"), recursive: true);
        File.WriteAllText(folder.File("out/ann_dir"), ""); // a file in the folder's place: no right of root's gets past it
        var error = Assert.Throws<UserException>(() => Prepare("deepglobe", Source, Out));
        Assert.Matches("^Cannot write .*[.]png; choose a folder that you may write to and that has space left[.]$", error.Message);
    }

    [Fact]
    public void A_strange_picture_among_the_prepared_ones_is_named()
    {
        Prepare("deepglobe", Source, Out);
        TestRasters.Write(folder.File("out/img_dir/val/strange.png"), Noise.Picture(40, 40));
        AssertRefused(
            $"{folder.File("out/img_dir/val/strange.png")} belongs to no picture of the download; move it elsewhere.",
            "deepglobe",
            Source,
            Out
        );
    }

    private string[] Masks() => Directory.GetFiles(folder.File("out/ann_dir"), "*.png", SearchOption.AllDirectories);
}
