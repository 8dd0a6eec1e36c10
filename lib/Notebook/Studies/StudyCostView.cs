using System.Globalization;
using F2Net.Benchmarks;
using F2Net.Studies;
using static F2Net.Studies.StudyNumbers;

namespace F2Net.Notebook;

/// <summary>A study's accuracy beside what its networks cost: a line a row and preset.</summary>
public static class StudyCostView
{
    /// <summary>Side of the images, pixels: the paper's.</summary>
    private const int Side = 2448;

    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">A file is damaged.</exception>
    public static Table Of(StudyTable table, string results)
    {
        var lines = table
            .Rows.SelectMany(row => new[] { StudyPreset.Nano, StudyPreset.Paper }.Select(preset => (Row: row, Preset: preset)))
            .Select(l => (l.Row, l.Preset, Cost: StudyEfficiency.Find(results, l.Preset, l.Row.Row)))
            .ToList();
        var measured = lines.Select(l => At(l.Cost)).OfType<BenchmarkRow>().FirstOrDefault();
        return Table.Of(
            [
                table.Study.Title,
                "preset",
                "mIoU",
                "mF1",
                "parameters",
                "Gop",
                "FPS",
                "peak MB",
                "paper mIoU",
                "paper mF1",
                "paper FPS",
                "paper MB",
            ],
            [
                .. lines.Select(l =>
                    (IReadOnlyList<string>)
                        [
                            l.Row.Row.Title,
                            l.Preset.Name,
                            l.Preset.Name == table.Preset ? Number(100 * l.Row.Test?.Mean, "F2") : None,
                            l.Preset.Name == table.Preset ? Number(100 * l.Row.F1?.Mean, "F2") : None,
                            l.Cost is { } cost ? cost.Parameters.ToString("#,0", CultureInfo.InvariantCulture) : "not yet measured",
                            Number(At(l.Cost)?.Operations?.Total / 1e9, "F1"),
                            Number(FramesPerSecond(l.Cost), "G3"),
                            Number(At(l.Cost)?.PeakMemory / 1e6, "F0"),
                            .. l.Preset.Name == StudyPreset.Paper.Name ? Published(l.Row.Row.Paper) : Published(null),
                        ]
                ),
                .. table.Study.Published.Select(p =>
                    (IReadOnlyList<string>)[$"{p.Title} (published)", .. Enumerable.Repeat(None, 7), .. Published(p.Paper)]
                ),
            ],
            measured is null
                ? "Nothing has been measured yet: f2net study --efficiency does it."
                : $"Forward pass at {Side} x {Side}, batch {measured.Batch}, {measured.Dtype}, {measured.Device}, {measured.Threads} threads, random weights; two operations a "
                    + $"multiply-add; mIoU and mF1 of {table.DataSet}, {table.Preset}. The paper's figures are of DeepGlobe and its GPU."
        );
    }

    /// <summary>Pictures of 2448 x 2448 a second; null where that has not been measured.</summary>
    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static double? FramesPerSecond(string results, StudyPreset preset, StudyRow row) =>
        FramesPerSecond(StudyEfficiency.Find(results, preset, row));

    private static double? FramesPerSecond(StudyEfficiency? cost) => 1 / At(cost)?.Timing.MedianSeconds;

    private static BenchmarkRow? At(StudyEfficiency? cost) => cost?.Sizes.FirstOrDefault(s => (s.Width, s.Height) == (Side, Side));

    private static string[] Published(PaperFigures? paper) =>
        [Number(paper?.MeanIoU, "F2"), Number(paper?.F1, "F2"), Number(paper?.FramesPerSecond, "F2"), Number(paper?.MemoryMB, "F0")];
}
