using System.Diagnostics;
using F2Net.Benchmarks;

namespace F2Net.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--protocol and --batch do not go together: a protocol takes one image at a time", "--protocol", "paper", "--batch", "8")]
    [InlineData("--scan and --batch do not go together: a scan is of one image", "--scan", "--batch", "2")]
    [InlineData("--scan and --dtype do not go together: a scan is in float32", "--scan", "--dtype", "bfloat16")]
    public void Options_that_would_be_ignored_are_refused(string fault, params string[] arguments)
    {
        var refused = CommandLineTests.F2Net(["bench", .. arguments]);
        Assert.Equal((2, $"{fault}; leave one of them out.{Environment.NewLine}"), (refused.Code, refused.Error));
    }

    [Fact]
    public void A_size_that_is_said_twice_is_measured_once()
    {
        var json = folder.File("bench.json");
        var measured = CommandLineTests.F2Net("bench", "--preset", "nano", "--train", "--size", "48", "48", "--json", json);
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        Assert.Contains(" % at 48 over the plain step.", measured.Output, StringComparison.Ordinal);
        Assert.Equal(TrainingBenchmark.RowCount, JsonFile.Read<List<BenchmarkRow>>(json).Count);
    }

    [Fact]
    public void A_benchmark_that_is_cancelled_keeps_the_sizes_that_are_through()
    {
        var json = folder.File("bench.json");
        string[] arguments = ["bench", "--preset", "nano", "--size", "32", "3000", "--json", json];
        using var process = Process.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "F2Net.Cli.dll"), .. arguments]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(json), TimeSpan.FromMinutes(2)), "The small size takes longer than that.");
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.All(JsonFile.Read<List<BenchmarkRow>>(json), row => Assert.Equal(32, row.Width));
    }
}
