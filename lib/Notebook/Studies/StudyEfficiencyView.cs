using System.Globalization;
using F2Net.Notebook.Tables;
using F2Net.Studies.Costs;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

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
                                Number(s.Operations!.Convolution / 1e9),
                                Number(s.Operations.Linear / 1e9),
                                Number(s.Operations.Attention / 1e9),
                                Number(s.Operations.Scan / 1e9),
                                Number(1 / s.Timing.MedianSeconds, "G3"),
                                Number(s.PeakMemory / 1e6, "F0"),
                            ]
                    )
                ),
            ],
            rows.SelectMany(r => r.Sizes).FirstOrDefault() is { } first
                ? $"Forward pass, batch {first.Batch}, {first.Dtype}, {string.Join(", ", rows.SelectMany(r => r.Sizes).Select(s => s.Device).Distinct())}, {first.Threads} threads, random weights; two operations a multiply-add."
                : null
        );
}
