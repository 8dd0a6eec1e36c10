using System.Globalization;
using F2Net.Benchmarks;
using F2Net.Notebook.Charts;
using F2Net.Notebook.Tables;

namespace F2Net.Notebook.Studies;

/// <summary>What a scan costs in training by its directions and segments.</summary>
public static class ScanViews
{
    public static Table Table(IReadOnlyList<ScanRow> rows) =>
        Tables.Table.Of(
            ["scan", "directions", "tokens a segment", "forward (ms)", "backward (ms)", "runs", "peak (MB)"],
            [
                .. rows.Select(r =>
                    (IReadOnlyList<string>)
                        [
                            $"{r.Width} x {r.Height}",
                            r.Directions.ToString(CultureInfo.InvariantCulture),
                            r.Segment?.ToString("#,0", CultureInfo.InvariantCulture) ?? "all",
                            Number(1e3 * r.Forward.MedianSeconds),
                            Number(1e3 * r.Backward.MedianSeconds),
                            $"{r.Forward.WarmUp} + {r.Forward.Runs}",
                            Number(Megabytes(r)),
                        ]
                ),
            ],
            rows.Count == 0
                ? null
                : $"{rows[0].Preset}, first stage: {rows[0].Channels} channels, states of {rows[0].StateSize}; float32, {rows[0].Device}, {rows[0].Threads} threads, seed {rows[0].Seed}, commit {rows[0].Commit}; peak: beyond the map itself."
        );

    /// <summary>Memory against time, a dot a row; a series for each image's size and number of directions.</summary>
    public static Figure Figure(IReadOnlyList<ScanRow> rows) =>
        Chart.Scatter(
            "A scan's memory against its time",
            "forward and backward (ms)",
            "peak memory (MB)",
            [
                .. rows.GroupBy(r => $"{r.Width} x {r.Height}, {r.Directions} {(r.Directions == 1 ? "direction" : "directions")}")
                    .Select(g => new Series(
                        g.Key,
                        [.. g.Select(r => 1e3 * (r.Forward.MedianSeconds + r.Backward.MedianSeconds))],
                        [.. g.Select(Megabytes)]
                    )),
            ],
            logX: true,
            logY: true
        );

    private static double Megabytes(ScanRow row) => row.PeakMemory / 1e6;

    private static string Number(double value) => value.ToString("#,0.0", CultureInfo.InvariantCulture);
}
