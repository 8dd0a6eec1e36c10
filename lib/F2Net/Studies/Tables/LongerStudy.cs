namespace F2Net.Studies.Tables;

/// <summary>The rows of all tables trained longer: a difference could come from learning faster.</summary>
public static class LongerStudy
{
    /// <summary>As many as two cores can give three seeds of one row in less than an hour.</summary>
    internal const int Steps = 2240;

    /// <summary>The studies whose rows are trained longer as well.</summary>
    public static IReadOnlyList<Study> Compared { get; } =
    [
        MainStudy.Study,
        BranchStudy.Study,
        DecompositionStudy.Study,
        FusionStudy.Study,
        LossStudy.Study,
        ResolutionStudy.Study,
        BeyondStudy.Study,
    ];

    /// <summary>All of them in one, a quarter of an hour of one core for each row and seed.</summary>
    public static Study Study { get; } =
        new(
            "longer",
            $"Longer training, {SettlingStudy.Counted(Steps)}",
            "Which differences to the full network last when every row trains longer?",
            [
                .. Compared
                    .SelectMany(study => study.Rows.Where(row => row.Name != study.Reference.Name))
                    .Select(row => Longer(row) with { Name = $"{row.Name}-{Steps}" }),
                SettlingStudy.Steps(Steps) with
                {
                    Title = StudyRow.Full.Title,
                    Paper = StudyRow.Full.Paper,
                },
            ]
        )
        {
            Preset = StudyPreset.Nano,
            Reference = SettlingStudy.Steps(Steps),
        };

    /// <summary>A study as its table says it, and, if it is one of <see cref="Compared"/>, with the same rows trained longer.</summary>
    internal static IReadOnlyList<Study> Lengths(Study study) =>
        Compared.Contains(study)
            ?
            [
                study,
                study with
                {
                    Training = SettlingStudy.Counted(Steps),
                    Rows = [.. study.Rows.Select(Longer)],
                    Reference = Longer(study.Reference),
                    Published = [],
                },
            ]
            : [study];

    private static StudyRow Longer(StudyRow row) => row with { Recipe = r => row.Recipe(r) with { Iterations = Steps } };
}
