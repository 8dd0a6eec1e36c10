using System.Globalization;
using F2Net.Benchmarks;
using F2Net.Studies;
using static F2Net.Studies.StudyNumbers;

namespace F2Net.Notebook;

/// <summary>A study's accuracy beside what its networks cost: a line a row and preset, at the largest size at which a preset's rows are all measured.</summary>
public static class StudyCostView
{
    private const int PaperSide = 2448;

    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">A file is damaged.</exception>
    public static Table Of(StudyTable table, string results)
    {
        var lines = table
            .Rows.SelectMany(row => new[] { StudyPreset.Nano, StudyPreset.Paper }.Select(preset => (Row: row, Preset: preset)))
            .Select(l => (l.Row, l.Preset, Cost: StudyEfficiency.Find(results, l.Preset, l.Row.Row)))
            .ToList();
        var sides = lines.GroupBy(l => l.Preset.Name).ToDictionary(p => p.Key, p => LargestCommon([.. p.Select(l => l.Cost)]));
        var costs = lines.Select(l => At(l.Cost, sides[l.Preset.Name])).ToList();
        var measured = costs.OfType<BenchmarkRow>().ToList();
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
                .. lines.Zip(
                    costs,
                    (l, cost) =>
                        (IReadOnlyList<string>)
                            [
                                l.Row.Row.Title,
                                l.Preset.Name,
                                l.Preset.Name == table.Preset ? Number(100 * l.Row.Test?.Mean, "F2") : None,
                                l.Preset.Name == table.Preset ? Number(100 * l.Row.F1?.Mean, "F2") : None,
                                l.Cost?.Parameters.ToString("#,0", CultureInfo.InvariantCulture) ?? "not yet measured",
                                cost is null ? None : $"{cost.Width} x {cost.Height}",
                                Number(cost?.Operations?.Total / 1e9, "F1"),
                                Number(FramesPerSecond(cost), "G3"),
                                Number(cost?.PeakMemory / 1e6, "F0"),
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

    private static long? LargestCommon(IReadOnlyList<StudyEfficiency?> costs) =>
        costs
            .OfType<StudyEfficiency>()
            .Select(c => c.Sizes.Select(s => s.Height))
            .Aggregate((IEnumerable<long>?)null, (common, sizes) => common?.Intersect(sizes) ?? sizes)
            ?.Select(size => (long?)size)
            .Max();

    private static string[] Published(PaperFigures? paper) =>
        [Number(paper?.MeanIoU, "F2"), Number(paper?.F1, "F2"), Number(paper?.FramesPerSecond, "F2"), Number(paper?.MemoryMB, "F0")];
}
