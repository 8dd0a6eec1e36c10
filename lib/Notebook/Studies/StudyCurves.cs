using F2Net.Model;
using F2Net.Notebook.Charts;
using F2Net.Studies.Reading;
using F2Net.Training;

namespace F2Net.Notebook.Studies;

/// <summary>The training curves of a study's rows: means over each row's seeds, step by step.</summary>
public static class StudyCurves
{
    private const string Steps = "optimiser step";

    /// <summary>G, the gradient norm of each branch's last block: a panel a branch, a line a row that has it.</summary>
    /// <param name="rows">Names of rows; all when none is named.</param>
    public static Figure NormsByBranch(StudyTable table, params IReadOnlyList<string> rows) =>
        new(
            $"Gradient norm of each branch: {table.DataSet}",
            Steps,
            [
                .. Enum.GetValues<Branch>()
                    .Select(branch => new Panel(
                        $"G of the {Name(branch)} branch",
                        [new Lines([.. Chosen(table, rows).SelectMany(row => Norm(row, row.Row.Name, branch))])],
                        LogY: true
                    ))
                    .Where(HasMarks),
            ]
        );

    /// <summary>The same the other way round: a panel a row, a line a branch.</summary>
    /// <param name="rows">Names of rows; all when none is named.</param>
    public static Figure NormsByRow(StudyTable table, params IReadOnlyList<string> rows) =>
        new(
            $"Gradient norms of the branches: {table.DataSet}",
            Steps,
            [
                .. Chosen(table, rows)
                    .Select(row => new Panel(
                        $"G, {row.Row.Title}",
                        [new Lines([.. Enum.GetValues<Branch>().SelectMany(branch => Norm(row, $"{Name(branch)} branch", branch))])],
                        LogY: true
                    ))
                    .Where(HasMarks),
            ]
        );

    /// <summary>CFAL, which is measured whether or not it is weighed in: a line a row.</summary>
    /// <param name="rows">Names of rows; all when none is named.</param>
    public static Figure Alignment(StudyTable table, params IReadOnlyList<string> rows) =>
        Chart.Lines(
            $"Alignment loss: {table.DataSet}",
            Steps,
            "CFAL (unweighted)",
            [.. Chosen(table, rows).SelectMany(row => Mean(row, row.Row.Name, r => r.Alignment))],
            logY: true
        );

    /// <summary>λ of each loss, in rows that learn them: a panel a row.</summary>
    public static Figure LearnedWeights(StudyTable table) =>
        new(
            $"Learned weights of the losses: {table.DataSet}",
            Steps,
            [
                .. table
                    .Rows.Where(row => row.Results.Any(r => r.Curve.Any(c => c.LearnedWeights is not null)))
                    .Select(row => new Panel(
                        $"λ, {row.Row.Name}",
                        [
                            new Lines([
                                .. Mean(row, "λ of CFAL", r => r.LearnedWeights!.Value.Alignment),
                                .. Mean(row, "λ of CFBL", r => r.LearnedWeights!.Value.Balance),
                                .. Mean(row, "λ of CE", r => r.LearnedWeights!.Value.Task),
                            ]),
                        ],
                        LogY: true
                    )),
            ]
        );

    private static bool HasMarks(Panel panel) => panel.Marks.Any(m => !m.IsEmpty);

    private static string Name(Branch branch) =>
        branch switch
        {
            Branch.High => "high",
            Branch.Short => "short",
            _ => "long",
        };

    private static IEnumerable<StudyTableRow> Chosen(StudyTable table, IReadOnlyList<string> rows) =>
        table.Rows.Where(r => rows.Count == 0 || rows.Contains(r.Row.Name, StringComparer.Ordinal));

    private static IEnumerable<Series> Norm(StudyTableRow row, string name, Branch branch) =>
        row.Results.All(r => r.Network.Has(branch)) ? Mean(row, name, r => r.GradientNorms[branch]) : [];

    // Nothing for a row without results.
    private static IEnumerable<Series> Mean(StudyTableRow row, string name, Func<TrainingRecord, double> of)
    {
        if (row.Results.Count == 0)
            yield break;
        var points = row.Results.SelectMany(r => r.Curve).GroupBy(c => c.Step).OrderBy(g => g.Key).ToList();
        yield return new Series(name, [.. points.Select(p => (double)p.Key)], [.. points.Select(p => p.Average(of))]);
    }
}
