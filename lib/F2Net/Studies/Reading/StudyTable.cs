using F2Net.Studies.Results;
using F2Net.Studies.Running;

namespace F2Net.Studies.Reading;

/// <summary>A study's figures over all seeds that were run. Rows are chosen on val and reported on test.</summary>
/// <param name="DataSet">Its name, and how rows are trained if that is not the preset's own recipe.</param>
/// <param name="Protocol">What is the same for all rows, in a sentence.</param>
public sealed record StudyTable(Study Study, string Preset, string DataSet, IReadOnlyList<StudyTableRow> Rows, string Protocol)
{
    /// <summary>A row with fewer is not done.</summary>
    public const int UsualSeeds = 3;

    /// <summary>The full network's row; null where the study does not show it.</summary>
    public StudyTableRow? Reference => Rows.FirstOrDefault(r => r.Row.Name == Study.Reference.Name);

    /// <summary>Whether a row beside the full network has been run.</summary>
    public bool Compares => Rows.Any(r => r != Reference && r.Results.Count + r.Failures.Count > 0);

    /// <summary>What its mIoU without some classes is without, as "without urban"; null where its data set leaves none out.</summary>
    public string? Without =>
        Rows.SelectMany(r => r.Results).FirstOrDefault()?.Test!.Metrics is { MeanWithout: { } mean } metrics
            ? metrics.Describe(mean)
            : null;

    /// <summary>The table of what is there; rows that have not been run yet are in it without figures.</summary>
    public static StudyTable Of(Study study, StudyPreset preset, int classes, string dataSet, StudyResults results)
    {
        var full = Results(study.Reference);
        return new(
            study,
            preset.Name,
            study.Training is null ? dataSet : $"{dataSet}, {study.Training}",
            [.. study.Rows.Select(row => StudyTableRow.Of(row, Results(row), row.Name == study.Reference.Name ? null : full))],
            // Rows that come to the same share a run.
            ProtocolOf([.. study.Rows.SelectMany(Results).DistinctBy(r => (r.Variant, r.Seed))])
        );

        IReadOnlyList<StudyResult> Results(StudyRow row) => results.AllSeeds(StudyRun.Of(study, row, 1, preset, classes));
    }

    private static string ProtocolOf(IReadOnlyList<StudyResult> results) =>
        results.Count == 0
            ? "Nothing has been run yet."
            : $"{Listed(results.Select(r => $"{r.Recipe.Iterations} steps"))}; {Listed(results.Select(r => r.Inference))}; "
                + $"{results[0].Dtype} on {Listed(results.Select(r => r.Device))}, {Listed(results.Select(r => r.Threads == 1 ? "1 thread" : $"{r.Threads} threads"))}; "
                + $"commit {Listed(results.Select(r => r.Commit))}; {Hours(results):F1} hours in all.";

    // Rows that apply one training's weights say its seconds each, and those of ways that they share.
    private static double Hours(IReadOnlyList<StudyResult> results)
    {
        var applied = results.SelectMany(r => Ways(r).Select(way => (r.Training, r.TrainingSeconds, Way: way.Inference, way.Seconds)));
        return (
                results.DistinctBy(r => (r.Training, r.TrainingSeconds)).Sum(r => r.TrainingSeconds)
                + applied.DistinctBy(a => (a.Training, a.TrainingSeconds, a.Way)).Sum(a => a.Seconds)
            ) / 3600;

        static IEnumerable<(string Inference, double Seconds)> Ways(StudyResult r) =>
            r.ComparedWith is { } other
                ? [(r.Inference, r.EvaluationSeconds), (other.Inference, other.Seconds)]
                : [(r.Inference, r.EvaluationSeconds)];
    }

    private static string Listed(IEnumerable<string> values) => string.Join(", ", values.Distinct(StringComparer.Ordinal));
}

/// <summary>One row's figures; mIoU and the like as shares, 0 to 1.</summary>
/// <param name="Results">Those that went through, by seed.</param>
/// <param name="Failures">Those that did not.</param>
/// <param name="Differences">
/// Of test mIoU to the full network's, one for each seed that both have, or to the row's own weights where it is compared with these; null for the full
/// network.
/// </param>
public sealed record StudyTableRow(
    StudyRow Row,
    IReadOnlyList<StudyResult> Results,
    IReadOnlyList<StudyResult> Failures,
    IReadOnlyList<double>? Differences
)
{
    /// <summary>The differences over seeds; null where there are none.</summary>
    public Summary? Difference => Differences is null ? null : Summary.Of(Differences);

    /// <summary>The same in the paper; null where it has none.</summary>
    public double? PaperDifference => Row.PaperDifference;

    /// <summary>mIoU over seeds; null where nothing was run.</summary>
    public Summary? Test => Over(r => r.TestMeanIoU);

    public Summary? Val => Over(r => r.ValMeanIoU);

    /// <summary>Test mIoU without the classes that the data set also leaves out; null where it leaves none.</summary>
    public Summary? TestWithout => Over(r => r.Test!.Metrics.MeanWithout?.IoU);

    public Summary? F1 => Over(r => r.Test!.Metrics.Mean.F1);

    public Summary? PixelAccuracy => Over(r => r.Test!.Metrics.PixelAccuracy);

    /// <summary>Whether the row lies on the paper's side of the full network.</summary>
    public Agreement? Agreement =>
        (PaperDifference, Difference) switch
        {
            (null, _) or (_, null) => null,
            (_, { HalfInterval: null }) => Reading.Agreement.Open,
            var (paper, ours) when Math.Abs(ours.Mean) <= ours.HalfInterval => Reading.Agreement.Open,
            var (paper, ours) => Math.Sign(paper.Value) == Math.Sign(ours.Mean) ? Reading.Agreement.Yes : Reading.Agreement.No,
        };

    /// <summary>A score over seeds, of the seeds that have it.</summary>
    public Summary? Over(Func<StudyResult, double?> score) => Summary.Of([.. Results.Select(score).OfType<double>()]);

    internal static StudyTableRow Of(StudyRow row, IReadOnlyList<StudyResult> all, IReadOnlyList<StudyResult>? full)
    {
        var results = all.Where(r => r.Failure is null).ToList();
        List<double>? differences = full is null ? null : [.. results.Select(r => r.TestMeanIoU - Reference(r)).OfType<double>()];
        return new(row, results, [.. all.Where(r => r.Failure is not null)], differences);

        double? Reference(StudyResult r) =>
            r.ComparedWith is { } applied
                ? applied.Test!.Metrics.Mean.IoU
                : full?.FirstOrDefault(f => f.Failure is null && f.Seed == r.Seed)?.TestMeanIoU;
    }
}

/// <summary>Whether ours and the paper's difference to the full network point the same way.</summary>
public enum Agreement
{
    Yes,
    No,

    /// <summary>Ours has an interval that holds 0, or one seed and no interval.</summary>
    Open,
}
