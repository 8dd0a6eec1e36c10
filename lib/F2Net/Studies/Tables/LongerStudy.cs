namespace F2Net.Studies.Tables;

/// <summary>Rows whose difference to the full network could come from learning faster, trained as long as the longest of <see cref="SettlingStudy"/>.</summary>
public static class LongerStudy
{
    private const int Steps = SettlingStudy.MostSteps;

    /// <summary>The same rows, trained as in their own tables.</summary>
    public static Study Shorter { get; } =
        new(
            "shorter",
            "As long as in the other tables",
            "Which differences are there to begin with?",
            [
                .. new[] { "raw", "all-ones", "short-long", "ce" }.Select(name =>
                    new[] { DecompositionStudy.Study, BranchStudy.Study, LossStudy.Study }
                        .SelectMany(study => study.Rows)
                        .First(row => row.Name == name)
                ),
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
