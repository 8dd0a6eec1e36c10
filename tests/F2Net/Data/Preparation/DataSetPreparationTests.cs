using F2Net.Data;
using F2Net.Data.Preparation;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

/// <summary>What every preparation does: goes on after a stop, and leaves a whole data set or none.</summary>
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
