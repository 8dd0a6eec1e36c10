using F2Net.Evaluation;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Training;

namespace F2Net.Tests.Studies;

/// <summary>Results that no network made: for what tables, figures and sentences do with them.</summary>
internal static class MadeUpResults
{
    /// <param name="mean">Test mIoU; the classes sea, land and lake have as much.</param>
    public static StudyResult Of(Study study, StudyRow row, int seed, double mean, string dataSet = "Test", string? failure = null)
    {
        var run = StudyRun.Of(study, row, seed, StudyPreset.Nano, 3);
        var scores = failure is null ? Scores(mean) : null;
        return new(
            study.Name,
            row.Name,
            seed,
            "nano",
            dataSet,
            run.Network,
            run.Recipe,
            row.Inference.Name,
            "abc",
            Machine.Processor,
            1,
            "float32",
            1,
            1,
            failure,
            scores,
            scores,
            [Record(run, 10, seed), Record(run, 20, 2 * seed)]
        )
        {
            ComparedWith = row.ComparedWith is { } other ? new(other.Name, 1, scores, scores) : null,
        };
    }

    /// <summary>A table of three classes.</summary>
    public static StudyTable Table(Study study, params IReadOnlyList<(StudyRow Row, int Seed, double Mean)> figures) =>
        StudyTable.Of(study, StudyPreset.Nano, 3, "Test", new([.. figures.Select(f => Of(study, f.Row, f.Seed, f.Mean))]));

    /// <summary>Writes a result where a store finds it.</summary>
    public static void Write(string folder, StudyResult result, string slug) =>
        JsonFile.Write(Path.Combine(folder, "nano", slug, result.Row, $"seed-{result.Seed}.json"), result);

    private static SplitScores Scores(double mean)
    {
        var hits = (long)Math.Round(1e6 * mean);
        return new(
            new(
                [.. new[] { "sea", "land", "lake" }.Select(c => new ClassScore(c, hits, 1_000_000, hits))],
                new(mean, mean, []),
                null,
                mean,
                []
            ),
            []
        );
    }

    private static TrainingRecord Record(StudyRun run, int step, double size) =>
        new(step, size, size, size, size, run.Network.Branches.ToDictionary(b => b, b => size * (1 + (int)b)), 1, 1, 1);
}
