using F2Net.Notebook.Charts;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;

namespace F2Net.Notebook.Studies;

/// <summary>Pictures of a study's scores.</summary>
public static class StudyFigures
{
    /// <summary>Test IoU of every class by row, means over seeds; colours are differences to what the row's mIoU is compared with.</summary>
    public static Figure Classes(StudyTable table)
    {
        var rows = table.Rows.Where(r => r.Results.Count > 0).ToList();
        var full = rows.Find(r => r == table.Reference);
        var classes = rows.SelectMany(r => r.Results).FirstOrDefault()?.Test!.Metrics.Classes.Select(c => c.Name).ToList() ?? [];
        double[,] values = new double[classes.Count, rows.Count],
            differences = new double[classes.Count, rows.Count];
        for (var c = 0; c < classes.Count; c++)
        for (var r = 0; r < rows.Count; r++)
        {
            values[c, r] = IoU(rows[r], classes[c], r => r.Test) ?? double.NaN;
            // To the same weights in another way where the row is about that.
            var to = IoU(rows[r], classes[c], r => r.ComparedWith?.Test) ?? IoU(full, classes[c], r => r.Test);
            differences[c, r] = values[c, r] - (to ?? values[c, r]);
        }
        var patches = rows.Exists(r => r.Row.ComparedWith is not null) ? ", of patches to the same weights on whole images" : "";
        return new(
            $"Test IoU by class (%), coloured by its difference to the full network{patches}: {table.DataSet}",
            "",
            [new("", [new Matrix(classes, [.. rows.Select(r => r.Row.Name)], values, differences)])]
        );
    }

    private static double? IoU(StudyTableRow? row, string name, Func<StudyResult, SplitScores?> scores) =>
        100 * row?.Over(r => scores(r)?.Metrics[name].IoU)?.Mean;

    /// <summary>mIoU against a figure of each row, as its operations or its speed; each seed a dot. Rows without the figure are left out.</summary>
    /// <param name="x">What it is, with its unit.</param>
    public static Figure Against(StudyTable table, string x, Func<StudyRow, double?> figure) =>
        Chart.Scatter(
            $"Test mIoU against {x}: {table.DataSet}",
            x,
            "test mIoU (%)",
            [
                .. table
                    .Rows.Where(r => r.Results.Count > 0)
                    .Select(r => (Row: r, X: figure(r.Row)))
                    .Where(r => r.X is not null)
                    .Select(r => new Series(
                        r.Row.Row.Name,
                        [.. r.Row.Results.Select(_ => r.X!.Value)],
                        [.. r.Row.Results.Select(result => 100 * result.TestMeanIoU)]
                    )),
            ],
            logX: true
        );
}
