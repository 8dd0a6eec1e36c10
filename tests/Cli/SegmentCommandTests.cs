using System.Diagnostics;
using F2Net.Data.Rasters;
using F2Net.Tests.Data;
using static F2Net.Tests.Cli.CommandLine;

namespace F2Net.Tests.Cli;

/// <summary>f2net segment as a person meets it.</summary>
public sealed class SegmentCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Segmenting_that_is_cancelled_ends_at_once_and_writes_nothing()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        File.WriteAllText(folder.File("recipe.json"), """{"iterations": 1, "sampling": {"cropSize": 64, "batchSize": 1}}""");
        var run = folder.File("run");
        Invoke("train", "--data", folder.Path, "--out", run, "--network", "nano", "--recipe", folder.File("recipe.json"));
        RasterWriter.WritePng(folder.File("large.png"), Noise.Picture(2600, 2600));

        string[] arguments = ["segment", folder.File("large.png"), "--run", run, "--out", folder.File("masks/mask.tif")];
        using var process = Process.Start(Starting(arguments))!;
        Assert.StartsWith("large.png", process.StandardOutput.ReadLine(), StringComparison.Ordinal); // the first strip is through
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal((130, "Cancelled." + Environment.NewLine), (process.ExitCode, process.StandardError.ReadToEnd()));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.File("masks/mask.tif"))!));
    }

    [Fact]
    public void A_missing_image_is_one_sentence_and_nothing_is_written()
    {
        var run = NewRun(folder);
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

    [Fact]
    public void A_mask_does_not_take_the_world_file_of_its_picture()
    {
        var world = folder.File("image.tfw");
        File.WriteAllText(world, "1\n0\n0\n-1\n0\n0\n");
        AssertRefused(
            $"{world} says where the picture lies and would be taken for the mask's; give --out another name.",
            ["segment", folder.File("image.tiff"), "--run", "run", "--out", folder.File("image.tif")]
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
}
