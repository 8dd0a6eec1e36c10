using System.Globalization;
using F2Net.Studies;

namespace F2Net.Notebook;

/// <summary>What rows' networks cost, as a table: a line a row and size.</summary>
public static class StudyEfficiencyView
{
    public static Table Of(IReadOnlyList<StudyEfficiency> rows) =>
        Table.Of(
            ["row", "preset", "parameters", "size", "conv Gop", "linear", "attention", "scan", "FPS", "peak MB"],
            [
                .. rows.SelectMany(row =>
                    row.Sizes.Select(s =>
                        (IReadOnlyList<string>)
                            [
                                row.Row,
                                row.Preset,
                                row.Parameters.ToString("#,0", CultureInfo.InvariantCulture),
                                $"{s.Width} x {s.Height}",
                                Giga(s.Operations!.Convolution),
                                Giga(s.Operations.Linear),
                                Giga(s.Operations.Attention),
                                Giga(s.Operations.Scan),
                                (1 / s.Timing.MedianSeconds).ToString("G3", CultureInfo.InvariantCulture),
                                s.PeakMemory is { } bytes ? (bytes / 1e6).ToString("F0", CultureInfo.InvariantCulture) : "–",
                            ]
                    )
                ),
            ],
            rows.SelectMany(r => r.Sizes).FirstOrDefault() is { } first
                ? $"Forward pass, batch {first.Batch}, {first.Dtype}, {first.Device}, {first.Threads} threads, random weights; two operations a multiply-add."
                : null
        );

    private static string Giga(double operations) => (operations / 1e9).ToString("F2", CultureInfo.InvariantCulture);
}
