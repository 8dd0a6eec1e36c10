namespace F2Net.Studies.Tables;

/// <summary>Rows whose difference to the full network could come from learning faster, trained as long as the longest of <see cref="SettlingStudy"/>.</summary>
public static class LongerStudy
{
    private const int Steps = SettlingStudy.MostSteps;

    private static readonly IEnumerable<StudyRow> shorter = new[]
    {
        DecompositionStudy.Study,
        BranchStudy.Study,
        LossStudy.Study,
        MainStudy.Study,
        BeyondStudy.Study,
    }.SelectMany(study => study.Rows);

    public static Study Study { get; } =
        new(
            "longer",
            $"Longer training, {SettlingStudy.Counted(Steps)}",
            "Which differences to the full network last when every row trains longer?",
            [.. new[] { "raw", "all-ones", "short-long", "ce", "global-only", "pixel-head" }.Select(Longer), Full]
        )
        {
            Reference = Full,
        };

    private static StudyRow Full => SettlingStudy.Steps(Steps) with { Title = StudyRow.Full.Title, Paper = StudyRow.Full.Paper };

    private static StudyRow Longer(string name)
    {
        var row = shorter.Single(r => r.Name == name);
        return row with { Name = $"{name}-{Steps}", Recipe = r => row.Recipe(r) with { Iterations = Steps } };
    }
}
