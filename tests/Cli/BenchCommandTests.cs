using System.Diagnostics;
using F2Net.Benchmarks;
using static F2Net.Tests.Cli.CommandLine;

namespace F2Net.Tests.Cli;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

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
    [InlineData(
        "--protocol and --batch do not go together: a protocol takes one image at a time; leave one of them out.",
        "--protocol",
        "paper",
        "--batch",
        "8"
    )]
    [InlineData("--scan and --batch do not go together: a scan is of one image; leave one of them out.", "--scan", "--batch", "2")]
    [InlineData("--scan and --dtype do not go together: a scan is in float32; leave one of them out.", "--scan", "--dtype", "bfloat16")]
    public void A_benchmark_that_cannot_be_is_one_sentence(string sentence, params string[] arguments) =>
        AssertRefused(sentence, ["bench", .. arguments]);

    [Fact]
    public void A_benchmark_prints_a_table_and_writes_its_figures()
    {
        var json = folder.File("bench.json");
        var measured = Invoke("bench", "--preset", "nano", "--size", "64", "48", "--json", json);
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
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), "A run takes longer than that.");
        Assert.Equal((130, "Cancelled." + Environment.NewLine), (process.ExitCode, process.StandardError.ReadToEnd()));
    }

    [Fact]
    public void A_size_that_is_said_twice_is_measured_once()
    {
        var json = folder.File("bench.json");
        var measured = Invoke("bench", "--preset", "nano", "--train", "--size", "48", "48", "--json", json);
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        Assert.Contains(" % at 48 over the plain step.", measured.Output, StringComparison.Ordinal);
        Assert.Equal(TrainingBenchmark.RowCount, JsonFile.Read<List<BenchmarkRow>>(json).Count);
    }

    [Fact]
    public void A_benchmark_that_is_cancelled_keeps_the_sizes_that_are_through()
    {
        var json = folder.File("bench.json");
        string[] arguments = ["bench", "--preset", "nano", "--size", "32", "3000", "--json", json];
        using var process = Process.Start(Starting(arguments))!;
        Assert.True(SpinWait.SpinUntil(() => File.Exists(json), TimeSpan.FromMinutes(2)), "The small size takes longer than that.");
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.All(JsonFile.Read<List<BenchmarkRow>>(json), row => Assert.Equal(32, row.Width));
    }
}
