using System.Globalization;
using F2Net.Benchmarks;
using F2Net.Notebook.Tables;
using F2Net.Studies;
using F2Net.Studies.Costs;
using F2Net.Studies.Reading;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

/// <summary>A study's accuracy beside what its networks cost: a line a row and preset, at the largest size at which a preset's rows are all measured.</summary>
public static class StudyCostView
{
    private const int PaperSide = 2448;

    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">A file is damaged.</exception>
    public static Table Of(StudyTable table, string results)
    {
        var found = table
            .Rows.SelectMany(row => new[] { StudyPreset.Nano, StudyPreset.Paper }.Select(preset => (Row: row, Preset: preset)))
            .Select(l => (l.Row, l.Preset, Cost: StudyEfficiency.Find(results, l.Preset, l.Row.Row)))
            .ToList();
        var sides = found.ToLookup(l => l.Preset.Name, l => l.Cost).ToDictionary(p => p.Key, LargestCommon);
        var lines = found.Select(l => (l.Row, l.Preset, l.Cost?.Parameters, Cost: At(l.Cost, sides[l.Preset.Name]))).ToList();
        var measured = lines.Select(l => l.Cost).OfType<BenchmarkRow>().ToList();
        return Table.Of(
            [
                table.Study.Title,
                "preset",
                "mIoU",
                "mF1",
                "parameters",
                "size",
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
                            l.Parameters?.ToString("#,0", CultureInfo.InvariantCulture) ?? "not yet measured",
                            l.Cost is null ? None : $"{l.Cost.Width} x {l.Cost.Height}",
                            Number(l.Cost?.Operations?.Total / 1e9, "F1"),
                            Number(FramesPerSecond(l.Cost), "G3"),
                            Number(l.Cost?.PeakMemory / 1e6, "F0"),
                            .. l.Preset.Name == StudyPreset.Paper.Name ? Published(l.Row.Row.Paper) : Published(null),
                        ]
                ),
                .. table.Study.Published.Select(p =>
                    (IReadOnlyList<string>)[$"{p.Title} (published)", .. Enumerable.Repeat(None, 8), .. Published(p.Paper)]
                ),
            ],
            measured.Count == 0
                ? "Nothing has been measured yet: f2net study --efficiency does it."
                : $"Forward pass, batch {measured[0].Batch}, {measured[0].Dtype}, {string.Join(", ", measured.Select(m => m.Device).Distinct())}, "
                    + $"{measured[0].Threads} threads, random weights; two operations a multiply-add; mIoU and mF1 of {table.DataSet}, {table.Preset}. "
                    + "The paper's figures are of DeepGlobe at 2448 x 2448 on its GPU."
        );
    }

    /// <summary>Pictures of 2448 x 2448 a second; null where that has not been measured.</summary>
    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static double? FramesPerSecond(string results, StudyPreset preset, StudyRow row) =>
        FramesPerSecond(At(StudyEfficiency.Find(results, preset, row), PaperSide));

    private static double? FramesPerSecond(BenchmarkRow? cost) => 1 / cost?.Timing.MedianSeconds;

    private static BenchmarkRow? At(StudyEfficiency? cost, long? side) =>
        cost?.Sizes.FirstOrDefault(s => s.Width == side && s.Height == side);

    private static long? LargestCommon(IEnumerable<StudyEfficiency?> costs)
    {
        var known = costs.OfType<StudyEfficiency>().ToList();
        return known.SelectMany(c => c.Sizes).Select(s => (long?)s.Height).Where(side => known.All(c => At(c, side) is not null)).Max();
    }

    private static string[] Published(PaperFigures? paper) =>
        [Number(paper?.MeanIoU, "F2"), Number(paper?.F1, "F2"), Number(paper?.FramesPerSecond, "F2"), Number(paper?.MemoryMB, "F0")];
}
