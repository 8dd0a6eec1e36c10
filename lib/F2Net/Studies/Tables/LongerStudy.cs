namespace F2Net.Studies.Tables;

/// <summary>Rows of the paper's tables trained as long as the longest of <see cref="SettlingStudy"/>: a difference could come from learning faster.</summary>
public static class LongerStudy
{
    private const int Steps = SettlingStudy.MostSteps;

    // A quarter of an hour of one core for each seed: what the paper's tables rest on.
    private static readonly string[] Trained =
    [
        "high-only",
        "short-only",
        "long-only",
        "high-short",
        "high-long",
        "short-long",
        "raw",
        "laplacian",
        "all-ones",
        "concat",
        "cross-attention",
        "ce",
        "ce-cfbl",
        "ce-cfal",
        "add",
        "high-half",
        "high-quarter",
        "low-whole",
        "low-quarter",
        "global-only",
        "patches-only",
        "global-local",
        "shallow-deep",
        "cfbl-whole",
        "gaussian",
        "haar",
        "cfal-0.01",
        "cfal-1",
        "cfbl-0.01",
        "cfbl-1",
    ];

    /// <summary>The same rows, trained as in their own tables.</summary>
    public static Study Shorter { get; } =
        new(
            "shorter",
            "As long as in the other tables",
            "Which differences are there to begin with?",
            [
                .. new[]
                {
                    BranchStudy.Study,
                    DecompositionStudy.Study,
                    FusionStudy.Study,
                    LossStudy.Study,
                    ResolutionStudy.Study,
                    MainStudy.Study,
                }
                    .SelectMany(study => study.Rows.SkipLast(1))
                    .Where(row => Trained.Contains(row.Name, StringComparer.Ordinal)),
                StudyRow.Full,
            ]
        );

    public static Study Study { get; } =
        new(
            "longer",
            $"Longer training, {SettlingStudy.Counted(Steps)}",
            "Which differences to the full network last when every row trains longer?",
            [.. Shorter.Rows.SkipLast(1).Select(Longer), Full]
        )
        {
            Reference = Full,
        };

    private static StudyRow Full => SettlingStudy.Steps(Steps) with { Title = StudyRow.Full.Title, Paper = StudyRow.Full.Paper };

    private static StudyRow Longer(StudyRow row) =>
        row with
        {
            Name = $"{row.Name}-{Steps}",
            Recipe = r => row.Recipe(r) with { Iterations = Steps },
        };
}
