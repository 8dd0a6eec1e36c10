using F2Net.Benchmarks;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Tests.Benchmarks;

public sealed class BenchmarkTests : IDisposable
{
    private static readonly RunPlan Once = new(0, 1, 1, 1);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static BenchmarkProtocol Protocol(string preset = "nano") => new(preset, CPU, Precision.Float32, 7, "abc");

    [Fact]
    public void Each_row_of_a_forward_pass_carries_its_protocol()
    {
        using var benchmark = new NetworkBenchmark(Protocol(), Once);
        List<BenchmarkRow> rows = [benchmark.Whole(48, 80), .. benchmark.Parts(48, 80)];

        Assert.Equal(["whole", "decomposition", "high", "short", "long", "lowFusion", "fusion", "head"], rows.Select(r => r.Part));
        Assert.Equal(benchmark.PartCount + 1, rows.Count);
        Assert.All(
            rows,
            r =>
                Assert.Equal(
                    ("nano", "forward", 48L, 80L, 1, "float32", 7, "abc"),
                    (r.Preset, r.Mode, r.Height, r.Width, r.Batch, r.Dtype, r.Seed, r.Commit)
                )
        );
        Assert.All(
            rows,
            r => Assert.Equal((1, 1, get_num_threads(), Machine.Processor), (r.Timing.WarmUp, r.Timing.Runs, r.Threads, r.Device))
        );
        Assert.All(rows, r => Assert.Equal(r.Operations!.Matrix / r.Timing.MedianSeconds / r.MatrixRate, r.MatrixFraction!.Value, 12));
        Assert.All(rows, r => Assert.True(r.MatrixFraction is > 0 and < 1.5, $"{r.Part}: {r.MatrixFraction}"));
        Assert.NotNull(rows[0].PeakMemory);
        Assert.All(rows.Skip(1), r => Assert.True(r.Bytes > 0));
    }

    [Fact]
    public void A_batch_counts_as_so_many_images()
    {
        var protocol = Protocol() with { Batch = 2 };
        using var forward = new NetworkBenchmark(protocol, Once);
        using var training = new TrainingBenchmark(protocol, Once);

        foreach (var (row, passes) in new[] { (forward.Whole(48, 48), 1), (training.Step(48, 48)[0], 3) })
        {
            Assert.Equal(2, row.Batch);
            Assert.Equal(passes * 2 * row.Operations!.Matrix / row.Timing.MedianSeconds / row.MatrixRate, row.MatrixFraction!.Value, 12);
        }
    }

    [Fact]
    public void On_the_CPU_there_is_no_difference_from_it()
    {
        using var benchmark = new NetworkBenchmark(Protocol(), Once);
        Assert.Null(benchmark.Whole(32, 32).DifferenceFromCpu);
    }

    [Fact]
    public void Bytes_are_what_a_part_reads_and_writes_at_the_least()
    {
        using var benchmark = new NetworkBenchmark(Protocol("paper"), Once);
        // Image, both frequencies of 32 channels, 2,792 weights.
        Assert.Equal(4L * (64 * 64 * (3 + 2 * 32) + 2792), benchmark.Parts(64, 64)[0].Bytes);
    }

    [Fact]
    public void A_scan_is_measured_for_each_number_of_directions_and_each_segment()
    {
        var benchmark = new ScanBenchmark(Protocol(), Once);
        var rows = benchmark.Measure(96, 70);
        Assert.Equal(benchmark.Cases, rows.Select(r => (r.Directions, r.Segment)));
        Assert.All(rows, r => Assert.Equal(("nano", 24L * 18, 16L, 16L, "abc"), (r.Preset, r.Tokens, r.Channels, r.StateSize, r.Commit)));
        Assert.All(rows, r => Assert.True(r.Forward.MedianSeconds > 0 && r.Backward.MedianSeconds > 0));
    }

    [Fact]
    public void A_GPU_which_has_no_segments_measures_none()
    {
        var cases = new ScanBenchmark(Protocol() with { Device = new(TorchSharp.DeviceType.CUDA, 0) }, Once).Cases;
        Assert.Equal([(1, null), (2, null), (4, null)], cases);
    }

    [Fact]
    public void A_long_range_branch_under_a_token_budget_reads_the_image()
    {
        using var benchmark = new NetworkBenchmark(Protocol(), Once);
        using var model = new F2NetModel(Protocol().Network);
        var weights = model.LongRangeBranch!.parameters().Sum(p => p.NumberOfElements);
        // Nano's F_l of a context as large as the image, in patches of 8.
        Assert.Equal(
            4L * (3 * 64 * 96 + model.Config.LongWidth * 8 * 12 + weights),
            benchmark.Parts(64, 96).Single(r => r.Part == "long").Bytes
        );
    }

    [Fact]
    public void A_training_step_comes_with_its_parts_and_without_the_balance_loss()
    {
        using var benchmark = new TrainingBenchmark(Protocol(), new RunPlan(0, 3, 3, 1));
        var rows = benchmark.Step(64, 64);
        Assert.Equal(["step", "plainStep", "forward", "losses", "backward", "optimizer"], rows.Select(r => r.Part));
        Assert.Equal(TrainingBenchmark.RowCount, rows.Count);
        Assert.All(rows, r => Assert.Equal((1, 3), (r.Timing.WarmUp, r.Timing.Runs)));
        Assert.InRange(rows.Skip(2).Sum(r => r.Timing.MinimumSeconds), 0, rows[0].Timing.MaximumSeconds);
        var (operations, timing) = (rows[0].Operations!, rows[0].Timing);
        Assert.Equal(3 * operations.Matrix / timing.MedianSeconds / rows[0].MatrixRate, rows[0].MatrixFraction!.Value, 12);
    }

    [Fact]
    public void Rows_read_back_as_they_were_written()
    {
        using var benchmark = new NetworkBenchmark(Protocol(), Once);
        List<BenchmarkRow> rows = [benchmark.Whole(32, 32)];
        JsonFile.Write(folder.File("rows.json"), rows);
        Assert.Equal(rows, JsonFile.Read<List<BenchmarkRow>>(folder.File("rows.json")));
    }

    [Fact]
    public void A_peak_forgets_what_was_freed_before_and_sees_what_is_freed_since()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const long floats = 64 << 20; // 256 MiB
        ones([floats]).Dispose();
        var peak = PeakMemory.Start(CPU);
        var before = peak.Bytes;
        Assert.True(before < Environment.WorkingSet + (32 << 20), "256 MiB that are gone are still counted.");
        ones([floats]).Dispose();
        Assert.InRange(peak.Bytes, before + 4 * floats - (32 << 20), before + 4 * floats + (64 << 20));
    }
}
