using System.Diagnostics;
using F2Net.Benchmarks;
using F2Net.Data;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Tests.Data.Preparation;
using F2Net.Training;

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
            F2Net("train", "--data", folder.Path, "--out", run, "--network", "nano", "--recipe", folder.File("recipe.json")).Code
        );
        var evaluated = F2Net("evaluate", "--data", folder.Path, "--run", run, "--json", folder.File("scores.json"));
        Assert.Equal(0, evaluated.Code);
        Assert.Contains("mIoU", evaluated.Output, StringComparison.Ordinal);
        Assert.InRange(JsonFile.Read<SegmentationMetrics>(folder.File("scores.json")).Mean.IoU, 0, 1);
        var segmented = F2Net("segment", image, "--run", run, "--out", mask, "--overlay", folder.File("overlay.png"));
        Assert.Equal(0, segmented.Code);
        Assert.Contains("image.tif 100/100", segmented.Output, StringComparison.Ordinal);

        using var written = new Raster(mask);
        Assert.Equal((75, 41, Rgb.Parse("#143CA0")), (written.Width, written.Height, written.Palette![0]));
        Assert.Equal(TestDownloads.Place.Transform, written.Georeference!.Transform);
        var predicted = Predictor.Of(RunFolder.Open(run)).Predict(picture).Ids;
        // The other process' threads may round a pixel on the fence to the other side.
        Assert.InRange(written.ReadMask().Ids.Zip(predicted).Count(p => p.First != p.Second), 0, 3);
        Assert.True(File.Exists(folder.File("overlay.png")));

        Assert.Equal(0, F2Net("train", "--data", folder.Path, "--out", run, "--resume").Code); // nothing is left to do
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
    public void Segmenting_that_is_cancelled_ends_at_once_and_writes_nothing()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        File.WriteAllText(folder.File("recipe.json"), """{"iterations": 1, "sampling": {"cropSize": 64, "batchSize": 1}}""");
        var run = folder.File("run");
        F2Net("train", "--data", folder.Path, "--out", run, "--network", "nano", "--recipe", folder.File("recipe.json"));
        RasterWriter.WritePng(folder.File("large.png"), Noise.Picture(2600, 2600));

        string[] arguments = ["segment", folder.File("large.png"), "--run", run, "--out", folder.File("masks/mask.tif")];
        using var process = Process.Start(Starting(arguments))!;
        Assert.StartsWith("large.png", process.StandardOutput.ReadLine(), StringComparison.Ordinal); // the first strip is through
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal((130, "Cancelled." + Environment.NewLine), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.File("masks/mask.tif"))!));
    }

    [Fact]
    public void A_missing_image_is_one_sentence_and_nothing_is_written()
    {
        var run = NewRun();
        AssertRefused(
            $"{folder.File("none.jpg")} does not exist; check the path.",
            "segment",
            folder.File("none.jpg"),
            "--run",
            run,
            "--out",
            folder.File("mask.tif")
        );
        Assert.False(File.Exists(folder.File("mask.tif")));
    }

    [Fact]
    public void A_mask_of_another_kind_is_refused_before_the_work() =>
        AssertRefused(
            "mask.jpg is no name for a mask; end it in .tif or .png.",
            "segment",
            folder.File("none.jpg"),
            "--run",
            folder.File("none"),
            "--out",
            "mask.jpg"
        );

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
        var refused = F2Net(
            ["segment", folder.File("a.jpg"), "--run", NewRun(), "--out", folder.File("m.tif")],
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

        var refused = F2Net(["segment", folder.File("a.jpg"), "--run", NewRun(), "--out", folder.File("m.tif")], from: moved);

        Assert.Equal(
            (2, "libf2torch.so, or the libtorch it stands on, cannot be loaded; run: bash .devcontainer/setup.sh" + Environment.NewLine),
            (refused.Code, refused.Error)
        );
    }

    [Theory]
    [InlineData("Option '--run' is required. Try: f2net evaluate --help", "evaluate", "--data", "none")]
    [InlineData("Option '--run' is required. Try: f2net weights export --help", "weights", "export")]
    [InlineData("--out is empty; give it a value, or leave it out.", "prepare", "synthetic", "--out", "")]
    [InlineData("image is empty; give it a value, or leave it out.", "segment", "", "--run", "run", "--out", "a.tif")]
    public void A_forgotten_option_is_one_sentence(string sentence, params string[] arguments) => AssertRefused(sentence, arguments);

    [Fact]
    public void An_unknown_device_is_one_sentence()
    {
        TestDataSet.Write(folder, "test", pictures: 1, width: 64, height: 64);
        var refused = F2Net("evaluate", "--data", folder.Path, "--run", NewRun(), "--device", "tpu");
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
        var failed = F2Net("parity", folder.Path);
        Assert.Equal(1, failed.Code);
        Assert.Contains("odd", failed.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED", failed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no preset big; say paper or nano.", "--preset", "big")]
    [InlineData("--size 31: F2Net needs at least 32 x 32 pixels.", "--size", "256", "31")]
    [InlineData("--batch 0: one image at least.", "--batch", "0")]
    [InlineData("'cuda:x' is no device: say cpu, cuda or cuda:N.", "--device", "cuda:x")]
    [InlineData("There is no protocol mine; say --protocol paper, or leave the option out.", "--protocol", "mine")]
    [InlineData("--dtype bfloat16 is for a GPU: say --device cuda, or float32.", "--dtype", "bfloat16")]
    [InlineData(
        "--protocol and --train do not go together: each measures something else; leave one of them out.",
        "--train",
        "--protocol",
        "paper"
    )]
    [InlineData(
        "--protocol and --size do not go together: a protocol has its own sizes; leave one of them out.",
        "--protocol",
        "paper",
        "--size",
        "64"
    )]
    public void A_benchmark_that_cannot_be_is_one_sentence(string sentence, params string[] arguments) =>
        AssertRefused(sentence, ["bench", .. arguments]);

    [Fact]
    public void An_option_that_a_resumed_run_would_not_take_is_one_sentence()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        var run = NewRun();
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
    public void An_overlay_that_cannot_be_is_refused_before_the_work()
    {
        RasterWriter.WritePng(folder.File("image.png"), Noise.Picture(64, 64));
        foreach (
            var (name, fault) in new[]
            {
                ("tinted", "is no name for an overlay; end it in .png."),
                ("mask.png", "would be both mask and overlay; give --overlay another name."),
            }
        )
            AssertRefused(
                $"{folder.File(name)} {fault}",
                "segment",
                folder.File("image.png"),
                "--run",
                "run",
                "--out",
                folder.File("mask.png"),
                "--overlay",
                folder.File(name)
            );
    }

    [Theory]
    [InlineData("--out", "image.png", "--overlay", "tinted.png")]
    [InlineData("--out", "mask.tif", "--overlay", "image.png")]
    public void A_picture_is_not_written_over(params string[] outputs)
    {
        RasterWriter.WritePng(folder.File("image.png"), Noise.Picture(64, 64));
        var before = File.ReadAllBytes(folder.File("image.png"));
        var files = outputs.Select(o => o.StartsWith('-') ? o : folder.File(o));
        AssertRefused(
            $"{folder.File("image.png")} is the picture itself and would be lost; give another name.",
            ["segment", folder.File("image.png"), "--run", "run", .. files]
        );
        Assert.Equal(before, File.ReadAllBytes(folder.File("image.png")));
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
                ]
        )
            AssertRefused($"Cannot write {inside}; choose a folder that you may write to and that has space left.", arguments);
    }

    [Fact]
    public void Data_of_other_classes_than_the_run_s_is_one_sentence()
    {
        TestDataSet.Write(folder, "test", pictures: 1, width: 64, height: 64);
        var run = NewRun();
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json.Replace("lake", "pond", StringComparison.Ordinal));
        var refused = F2Net("evaluate", "--data", folder.Path, "--run", run);
        Assert.Equal(2, refused.Code);
        Assert.Contains("; give a data set of the run's classes.", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Say which study, as in f2net study branches; f2net study --list names them all.")]
    [InlineData("--threads 0: say 1 or more.", "branches", "--threads", "0")]
    [InlineData("Study fusion has no row sum; its rows are concat, add, cross-attention, full.", "fusion", "--efficiency", "--rows", "sum")]
    [InlineData("--rows says nothing beside --check; leave it out.", "--check", "a.json", "--rows", "concat")]
    [InlineData("--size says nothing without --efficiency; leave it out.", "branches", "--size", "512")]
    [InlineData("--seeds says nothing beside --efficiency; leave it out.", "--efficiency", "--seeds", "1")]
    [InlineData("branches: --check takes no study's name; leave it out.", "branches", "--check", "a.json")]
    [InlineData("Say of which study the --rows are, as in f2net study fusion --rows concat add.", "--efficiency", "--rows", "concat")]
    [InlineData(
        "--estimate and --table do not go together: each does something else; leave one of them out.",
        "branches",
        "--table",
        "--estimate"
    )]
    [InlineData(
        "Study longer is for the preset nano, whose steps its rows count; leave paper out.",
        "longer",
        "--preset",
        "paper",
        "--table"
    )]
    public void A_study_that_cannot_be_is_one_sentence(string sentence, params string[] arguments) =>
        AssertRefused(sentence, ["study", .. arguments]);

    [Fact]
    public void A_benchmark_prints_a_table_and_writes_its_figures()
    {
        var json = folder.File("bench.json");
        var measured = F2Net("bench", "--preset", "nano", "--size", "64", "48", "--json", json);
        Assert.Equal(0, measured.Code);
        Assert.Contains("matrix_fraction", measured.Output, StringComparison.Ordinal);
        var rows = JsonFile.Read<List<BenchmarkRow>>(json);
        Assert.Equal([48L, 64], rows.Where(r => r.Part == "whole").Select(r => r.Width));
        Assert.All(rows, r => Assert.Contains($"| {r.Width} {r.Part} ", measured.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_benchmark_ends_at_once_when_cancelled()
    {
        using var process = Process.Start(Starting(["bench", "--size", "768"]))!;
        process.StandardOutput.ReadLine(); // the first run is through, others follow
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(5)), "A run takes longer than that.");
        Assert.Equal((130, "Cancelled." + Environment.NewLine), (process.ExitCode, process.StandardError.ReadToEnd()));
    }

    private string NewRun()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        return RunFolder
            .Create(
                folder.File("run"),
                F2NetConfig.Nano(3),
                new() { Sampling = new() { CropSize = 64 } },
                PreparedDataSet.Open(folder.Path)
            )
            .Path;
    }

    private void AssertRefused(string sentence, params string[] arguments)
    {
        var refused = F2Net(arguments);
        Assert.Equal((2, sentence + Environment.NewLine), (refused.Code, refused.Error));
    }

    internal static (int Code, string Output, string Error) F2Net(params string[] arguments) => F2Net(arguments, null);

    internal static (int Code, string Output, string Error) F2Net(
        string[] arguments,
        (string Name, string Value)? variable = null,
        string? from = null
    )
    {
        var start = Starting(arguments, from);
        if (variable is { } v)
            start.Environment[v.Name] = v.Value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static ProcessStartInfo Starting(string[] arguments, string? from = null) =>
        new("dotnet", [Path.Combine(from ?? AppContext.BaseDirectory, "F2Net.Cli.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
