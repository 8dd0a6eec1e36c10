using System.Diagnostics;
using F2Net.Data.Packing;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Evaluation;
using F2Net.Tests.Data;
using F2Net.Tests.Data.Preparation;
using F2Net.Tests.Training;
using F2Net.Training;
using static F2Net.Tests.Cli.CommandLine;

namespace F2Net.Tests.Cli;

/// <summary>The command line as a person meets it: a process, its exit code and what it prints.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Trains_evaluates_segments_and_resumes()
    {
        TestDataSet.Write(folder, "train", pictures: 2, width: 80, height: 72);
        TestDataSet.Write(folder, "test", pictures: 1, width: 75, height: 41);
        File.WriteAllText(folder.File("recipe.json"), """{"iterations": 2, "sampling": {"cropSize": 64, "batchSize": 1}}""");
        var (run, mask, image) = (folder.File("run"), folder.File("mask.tif"), folder.File("image.tif"));
        var picture = Noise.Picture(75, 41);
        TestRasters.Write(image, picture, TestDownloads.Place);

        Assert.Equal(
            0,
            Invoke("train", "--data", folder.Path, "--out", run, "--network", "nano", "--recipe", folder.File("recipe.json")).Code
        );
        var evaluated = Invoke("evaluate", "--data", folder.Path, "--run", run, "--json", folder.File("scores.json"));
        Assert.Equal(0, evaluated.Code);
        Assert.Contains("mIoU", evaluated.Output, StringComparison.Ordinal);
        Assert.InRange(JsonFile.Read<SegmentationMetrics>(folder.File("scores.json")).Mean.IoU, 0, 1);
        var segmented = Invoke("segment", image, "--run", run, "--out", mask, "--overlay", folder.File("overlay.png"));
        Assert.Equal(0, segmented.Code);
        Assert.Contains("image.tif 100/100", segmented.Output, StringComparison.Ordinal);

        using var written = new Raster(mask);
        Assert.Equal((75, 41, Rgb.Parse("#143CA0")), (written.Width, written.Height, written.Palette![0]));
        Assert.Equal(TestDownloads.Place.Transform, written.Georeference!.Transform);
        var predicted = Predictor.Of(RunFolder.Open(run)).Predict(picture).Ids;
        // The other process' threads may round a pixel on the fence to the other side.
        Assert.InRange(written.ReadMask().Ids.Zip(predicted).Count(p => p.First != p.Second), 0, 3);
        Assert.True(File.Exists(folder.File("overlay.png")));

        Assert.Equal(0, Invoke("train", "--data", folder.Path, "--out", run, "--resume").Code); // nothing is left to do
    }

    [Fact]
    public void Training_that_is_cancelled_saves_its_last_step_and_says_so()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        File.WriteAllText(folder.File("recipe.json"), """{"iterations": 100000, "sampling": {"cropSize": 64, "batchSize": 1}}""");
        string[] arguments =
        [
            "train",
            "--data",
            folder.Path,
            "--out",
            folder.File("run"),
            "--network",
            "nano",
            "--recipe",
            folder.File("recipe.json"),
        ];
        using var process = Process.Start(Starting(arguments))!;
        process.StandardOutput.ReadLine(); // the first step is through
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();

        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        var run = RunFolder.Open(folder.File("run"));
        Assert.Contains($"Stopped after step {run.History().Count} of 100000; --resume goes on from here.", rest, StringComparison.Ordinal);
        Assert.True(run.HasCheckpoint);
    }

    [Fact]
    public void A_run_whose_recipe_was_shortened_since_is_done()
    {
        using var runs = new TrainedRuns();
        var run = runs.Train("run", TrainedRuns.Recipe, steps: 2);
        JsonFile.Write(Path.Combine(run.Path, "recipe.json"), run.Recipe with { Iterations = 1 });
        var resumed = Invoke("train", "--data", runs.Folder.Path, "--out", run.Path, "--resume");
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.DoesNotContain("Stopped", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_recipe_key_is_one_sentence()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        var recipe = folder.File("recipe.json");
        File.WriteAllText(recipe, """{"epochs": 3}""");
        AssertRefused(
            $"{recipe}: unknown key \"epochs\"; correct the file.",
            "train",
            "--data",
            folder.Path,
            "--out",
            folder.File("run"),
            "--recipe",
            recipe
        );
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void An_absent_libgdal_is_one_sentence()
    {
        var refused = Invoke(
            ["segment", folder.File("a.jpg"), "--run", NewRun(folder), "--out", folder.File("m.tif")],
            ("F2NET_GDAL", "/none/libgdal.so")
        );
        Assert.Equal(2, refused.Code);
        Assert.Contains(".devcontainer/setup.sh", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_libtorch_is_one_sentence()
    {
        var moved = Directory.CreateDirectory(folder.File("without-libtorch")).FullName;
        foreach (
            var file in Directory.GetFiles(AppContext.BaseDirectory).Where(f => !f.EndsWith("libf2torch.so", StringComparison.Ordinal))
        )
            File.Copy(file, Path.Combine(moved, Path.GetFileName(file)));

        var refused = Invoke(["segment", folder.File("a.jpg"), "--run", NewRun(folder), "--out", folder.File("m.tif")], from: moved);

        Assert.Equal(
            (2, "libf2torch.so, or the libtorch it stands on, cannot be loaded; run: bash .devcontainer/setup.sh" + Environment.NewLine),
            (refused.Code, refused.Error)
        );
    }

    [Theory]
    [InlineData("Option '--run' is required. Try: f2net evaluate --help", "evaluate", "--data", "none")]
    [InlineData("Option '--run' is required. Try: f2net weights export --help", "weights", "export")]
    [InlineData("--out is empty; give it a value, or leave it out.", "prepare", "synthetic", "--out", "")]
    [InlineData(
        "--seed stands before synthetic, where it has no effect; write it behind, if it is an option there.",
        "prepare",
        "--seed",
        "5",
        "synthetic",
        "--out",
        "drawn"
    )]
    [InlineData("image is empty; give it a value, or leave it out.", "segment", "", "--run", "run", "--out", "a.tif")]
    public void A_forgotten_option_is_one_sentence(string sentence, params string[] arguments) => AssertRefused(sentence, arguments);

    [Fact]
    public void An_unknown_device_is_one_sentence()
    {
        TestDataSet.Write(folder, "test", pictures: 1, width: 64, height: 64);
        var refused = Invoke("evaluate", "--data", folder.Path, "--run", NewRun(folder), "--device", "tpu");
        Assert.Equal(2, refused.Code);
        Assert.StartsWith("'tpu' is no device: say cpu, cuda or cuda:N.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parity_fails_on_a_folder_with_a_case_that_is_not_understood()
    {
        File.WriteAllText(
            folder.File("manifest.json"),
            """{"cases": {"odd": {"file": "odd.safetensors", "kind": "Oddity", "args": {}, "mode": "eval", "seed": 1, "weights": "file", "tolerance": {"outputs": 1e-5, "grads": 1e-5}}}}"""
        );
        var failed = Invoke("parity", folder.Path);
        Assert.Equal(1, failed.Code);
        Assert.Contains("odd", failed.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_that_a_resumed_run_would_not_take_is_one_sentence()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        var run = NewRun(folder);
        AssertRefused(
            $"--recipe nano: a run that is resumed has its own, in {Path.Combine(run, "recipe.json")}; leave one of the two options out.",
            "train",
            "--data",
            folder.Path,
            "--out",
            run,
            "--resume",
            "--recipe",
            "nano"
        );
    }

    [Fact]
    public void A_result_that_cannot_be_written_is_refused_before_the_work()
    {
        File.WriteAllText(folder.File("file"), "");
        var inside = Path.Combine(folder.Path, "file", "a.tif");
        foreach (
            var arguments in (string[][])
                [
                    ["segment", folder.File("image.png"), "--run", "run", "--out", inside],
                    ["evaluate", "--data", "none", "--run", "run", "--json", inside],
                    ["bench", "--size", "5000", "--json", inside],
                    ["data", "stats", "none", "--json", inside],
                ]
        )
            AssertRefused($"Cannot write {inside}; choose a folder that you may write to and that has space left.", arguments);
        AssertRefused(
            $"Cannot write {Path.Combine(inside, "stats.md")}; choose a folder that you may write to and that has space left.",
            ["data", "stats", "none", "--out", inside]
        );
    }

    [Fact]
    public void A_file_that_another_program_keeps_to_itself_is_one_sentence()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        new DataSetPacker(folder.Path).Pack();
        var info = folder.File("dataset.json");
        using (File.Open(info, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            AssertRefused(
                $"The process cannot access the file '{info}' because it is being used by another process.",
                "data",
                "stats",
                folder.Path
            );
    }

    [Fact]
    public void Data_of_other_classes_than_the_run_s_is_one_sentence()
    {
        TestDataSet.Write(folder, "test", pictures: 1, width: 64, height: 64);
        var run = NewRun(folder);
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json.Replace("lake", "pond", StringComparison.Ordinal));
        var refused = Invoke("evaluate", "--data", folder.Path, "--run", run);
        Assert.Equal(2, refused.Code);
        Assert.Contains("; give a data set of the run's classes.", refused.Error, StringComparison.Ordinal);
    }
}
