using System.Diagnostics;
using F2Net.Data;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;
using F2Net.Tests.Data.Preparation;
using static F2Net.Tests.Cli.CommandLine;

namespace F2Net.Tests.Cli;

/// <summary>f2net prepare as a person meets it.</summary>
public sealed class PrepareCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Leaves_a_data_set_a_report_and_a_contact_sheet()
    {
        foreach (var name in (string[])["austin1", "austin2", "chicago1", "chicago2"])
            TestDownloads.WriteInria(folder, "src/train", name);

        var (code, output, _) = Invoke("prepare", "inria", "--src", folder.File("src"), "--out", folder.File("out"), "--seed", "3");

        Assert.Equal(0, code);
        Assert.Contains("Preparing 4/4", output, StringComparison.Ordinal);
        Assert.Contains("Inria Aerial Image Labeling; split: drawn with seed 3.", output, StringComparison.Ordinal);
        Assert.Contains("4 pictures, where the published data set has 180.", output, StringComparison.Ordinal);
        Assert.Matches(@"\| train +\| +2 \|", output);
        using var overview = new Raster(folder.File("out/overview.png"));
        Assert.True(overview.Width > 0);
        Assert.Equal(3, JsonFile.Read<PreparationReport>(folder.File("out/preparation.json")).Seed);
        Assert.Single(PreparedDataSet.Open(folder.File("out")).Split("test").Samples);
    }

    [Fact]
    public void Draws_synthetic_scenes_without_a_download()
    {
        string[] arguments =
        [
            "prepare",
            "synthetic",
            "--out",
            folder.File("out"),
            "--size",
            "512",
            "--train",
            "1",
            "--val",
            "1",
            "--test",
            "1",
        ];
        var (code, output, _) = Invoke(arguments);

        Assert.Equal(0, code);
        Assert.Contains("Synthetic cues; split: drawn with seed 1.", output, StringComparison.Ordinal);
        Assert.Equal(7, PreparedDataSet.Open(folder.File("out")).Info.Classes.Count);
        Assert.True(File.Exists(folder.File("out/overview.png")));
        Assert.Equal(
            (
                2,
                "Synthetic scenes have 5 to 13 classes, background included, not 3; give --classes a number among these."
                    + Environment.NewLine
            ),
            (Invoke([.. arguments, "--classes", "3"]).Code, Invoke([.. arguments, "--classes", "3"]).Error)
        );
    }

    [Fact]
    public void Killed_and_started_again_it_goes_on()
    {
        for (var i = 0; i < 12; i++)
            TestDownloads.WriteDeepGlobe(folder, "src", $"{i}", 1000, 900);
        string[] arguments = ["prepare", "deepglobe", "--src", folder.File("src"), "--out", folder.File("out")];
        using (var process = Process.Start(Starting(arguments))!)
        {
            while (!File.Exists(folder.File("out/pictures.jsonl")) || !File.ReadAllText(folder.File("out/pictures.jsonl")).Contains('\n'))
            {
                Assert.False(process.HasExited);
                Thread.Sleep(5);
            }
            process.Kill();
            process.WaitForExit();
        }
        var before = File.ReadAllLines(folder.File("out/pictures.jsonl")).Length;
        Assert.InRange(before, 1, 11);
        Assert.False(File.Exists(folder.File("out/dataset.json")));

        var (code, output, _) = Invoke(arguments);

        Assert.Equal(0, code);
        Assert.Contains($"Preparing {before}/12 done before", output, StringComparison.Ordinal);
        Assert.Equal(12, File.ReadAllLines(folder.File("out/pictures.jsonl")).Length);
    }

    [Fact]
    public void Cancelled_it_ends_soon_and_leaves_nothing_half_written()
    {
        for (var i = 0; i < 12; i++)
            TestDownloads.WriteDeepGlobe(folder, "src", $"{i}", 1000, 900);
        using var process = Process.Start(Starting(["prepare", "deepglobe", "--src", folder.File("src"), "--out", folder.File("out")]))!;
        process.StandardOutput.ReadLine();
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal((130, "Cancelled." + Environment.NewLine), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.Empty(Directory.GetFiles(folder.File("out"), "*.partial", SearchOption.AllDirectories));
        Assert.False(File.Exists(folder.File("out/dataset.json")));
    }

    [Fact]
    public void An_unknown_name_and_a_wrong_source_are_one_sentence()
    {
        Assert.Equal(
            (2, "There is no data set mars to prepare; say deepglobe, inria, dubai or folder." + Environment.NewLine),
            Refused("mars", folder.Path)
        );
        Assert.Equal(
            (
                2,
                $"{folder.Path} and its subfolders have no *_sat.jpg with its *_mask.png; give the folder with the unpacked download."
                    + Environment.NewLine
            ),
            Refused("deepglobe", folder.Path)
        );
    }

    private (int Code, string Error) Refused(string name, string source)
    {
        var (code, _, error) = Invoke("prepare", name, "--src", source, "--out", folder.File("out"));
        return (code, error);
    }
}
