using System.Globalization;
using F2Net.Benchmarks;
using F2Net.Notebook.Tables;

namespace F2Net.Cli;

/// <summary>A benchmark's rows as tables with their protocol below.</summary>
internal static class BenchTable
{
    internal static string Forward(IReadOnlyList<BenchmarkRow> rows) =>
        MarkdownTable.Write(
            ["forward", "median ms", "fastest", "slowest", "runs", "Gop", "matrix_fraction", "peak MB"],
            [.. rows.Select(r => (string[])[Name(r), .. Times(r), Number(r.Operations!.Matrix / 1e9, "F2"), Fraction(r), Megabytes(r)])]
        ) + Protocol(rows, "Gop: billions of conv, linear and attention operations, two a multiply-add");

    internal static string Training(IReadOnlyList<BenchmarkRow> rows)
    {
        var table = MarkdownTable.Write(
            ["training", "median ms", "fastest", "slowest", "runs", "matrix_fraction", "peak MB"],
            [.. rows.Select(r => (string[])[Name(r), .. Times(r), Fraction(r), Megabytes(r)])]
        );
        var extra = rows.GroupBy(r => r.Height).Select(Extra);
        return table
            + Protocol(rows, "a step's operations count three times: forward, gradients of inputs, gradients of weights")
            + $"CFBL costs {string.Join(", ", extra)} over the plain step.\n";

        static string Extra(IGrouping<long, BenchmarkRow> size)
        {
            var median = size.ToDictionary(r => r.Part, r => r.Timing.MedianSeconds);
            return $"{Number(100 * (median["step"] / median["plainStep"] - 1), "F0")} % at {size.Key}";
        }
    }

    internal static string Paper(IReadOnlyList<BenchmarkRow> rows) =>
        MarkdownTable.Write(
            ["efficiency", "paper FPS", "FPS", "paper MB", "peak MB", "runs"],
            [
                .. PaperEfficiency.Rows.Zip(
                    rows,
                    (paper, ours) =>
                        (string[])
                            [
                                $"{paper.DataSet}, {paper.Size} x {paper.Size}",
                                paper.FramesPerSecond is { } fps ? Number(fps, "F2") : "–",
                                Number(1 / ours.Timing.MedianSeconds, "G3"),
                                Number(paper.MemoryMB, "F0"),
                                Megabytes(ours),
                                $"{ours.Timing.WarmUp} + {ours.Timing.Runs}",
                            ]
                ),
            ]
        ) + Protocol(rows, "the paper's figures are of a GPU, 100 + 300 runs");

    private static string Name(BenchmarkRow row) => $"{row.Width} {row.Part}";

    private static string[] Times(BenchmarkRow row) =>
        [
            Milliseconds(row.Timing.MedianSeconds),
            Milliseconds(row.Timing.MinimumSeconds),
            Milliseconds(row.Timing.MaximumSeconds),
            $"{row.Timing.WarmUp} + {row.Timing.Runs}",
        ];

    private static string Protocol(IReadOnlyList<BenchmarkRow> rows, string note)
    {
        var (first, rates) = (rows[0], rows.Select(r => r.MatrixRate / 1e9).ToArray());
        return $"{first.Preset}, batch {first.Batch}, {first.Dtype}, {first.Device}, {first.Threads} threads, seed {first.Seed}, commit {first.Commit}; "
            + $"runs: warm-up + counted; {note}; "
            + $"large matrix product {Number(rates.Min(), "F0")} to {Number(rates.Max(), "F0")} Gop/s in this process.\n"
            + (
                rows.Max(r => r.DifferenceFromCpu) is { } difference
                    ? $"Logits differ from the CPU's in float32 by at most {difference:0.0e+0} of the largest.\n"
                    : ""
            );
    }

    private static string Milliseconds(double seconds) => Number(1000 * seconds, seconds < 0.1 ? "F1" : "F0");

    private static string Fraction(BenchmarkRow row) => row.MatrixFraction is { } f ? Number(f, "F2") : "–";

    private static string Megabytes(BenchmarkRow row) => row.PeakMemory is { } bytes ? Number(bytes / 1e6, "F0") : "–";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
