using System.Globalization;
using F2Net.Studies;

namespace F2Net.Notebook;

/// <summary>What becomes of differences to the full network when all rows train longer.</summary>
public static class StudyShift
{
    /// <summary>
    /// A panel a table: each row's test mIoU less the full network's, a dot a seed, with the mean and its 95 % interval, and as a ring the paper's.
    /// </summary>
    /// <param name="tables">The same rows in the same order, each table trained for a number of steps of its own; rows are named as in the first.</param>
    public static Figure Draw(params IReadOnlyList<StudyTable> tables) =>
        new(
            $"Difference of test mIoU to the full network of as many steps: {tables[0].DataSet}",
            "",
            [.. tables.Where(t => t.Rows.Any(r => r.Results.Count > 0)).Select(t => new Panel(Label(t), [Differences(t, tables[0])]))]
        );

    private static string Label(StudyTable table) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"points, {table.Rows.First(r => r.Results.Count > 0).Results[0].Recipe.Iterations:#,0} steps"
        );

    private static Estimates Differences(StudyTable table, StudyTable named) =>
        new([
            .. table.Rows.Zip(
                named.Rows,
                (row, name) =>
                    new Estimate(
                        name.Row.Name,
                        [.. row == table.Reference ? row.Results.Select(_ => 0.0) : row.Differences!.Select(d => 100 * d)],
                        100 * row.Difference?.HalfInterval,
                        row == table.Reference ? null : 100 * row.PaperDifference
                    )
            ),
        ]);
}
