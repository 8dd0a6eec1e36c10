using F2Net.Studies;

namespace F2Net.Notebook;

/// <summary>Pictures of a study's scores.</summary>
public static class StudyFigures
{
    /// <summary>Test IoU of every class by row, means over seeds.</summary>
    public static Figure Classes(StudyTable table)
    {
        var rows = table.Rows.Where(r => r.Results.Count > 0).ToList();
        var classes = rows.SelectMany(r => r.Results).FirstOrDefault()?.Test!.Metrics.Classes.Select(c => c.Name).ToList() ?? [];
        var values = new double[classes.Count, rows.Count];
        for (var c = 0; c < classes.Count; c++)
        for (var r = 0; r < rows.Count; r++)
            values[c, r] = 100 * (rows[r].Over(result => result.Test!.Metrics[classes[c]].IoU)?.Mean ?? double.NaN);
        return new(
            $"Test IoU by class (%): {table.DataSet}",
            "",
            [new("", [new Matrix(classes, [.. rows.Select(r => r.Row.Name)], values)])]
        );
    }

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
                    .Select(r => new Series(r.Row.Row.Name, [.. r.Row.Results.Select(_ => r.X!.Value)], [.. r.Row.Results.Select(MeanIoU)])),
            ],
            logX: true
        );

    /// <summary>
    /// mIoU where one quantity is swept and all others are the full network's: lines through the means, a dot a seed. The paper's lines are its
    /// differences to the full network, laid at ours.
    /// </summary>
    /// <param name="x">What is swept, with its unit; the axis is logarithmic.</param>
    /// <param name="quantities">With their names; a row that differs from the full network in one of them alone belongs to that one.</param>
    public static Figure Sweep(StudyTable table, string x, params IReadOnlyList<(string Name, Func<StudyResult, double> Of)> quantities)
    {
        var run = table.Rows.Where(r => r.Results.Count > 0).ToList();
        var full = run.FirstOrDefault(r => r.Row.Name == StudyRow.Full.Name);
        var swept = quantities
            .Select(q => (q.Name, q.Of, Rows: run.Where(r => r == full || IsAt(r, q.Name)).OrderBy(r => q.Of(r.Results[0])).ToList()))
            .Where(q => full is not null && q.Rows.Count > 1)
            .ToList();
        return new(
            $"Test mIoU against {x}: {table.DataSet}",
            x,
            [
                new(
                    "test mIoU (%)",
                    swept.Count == 0
                        ? []
                        :
                        [
                            new Lines([
                                .. swept.Select(q => Line(q.Name, q.Of, q.Rows, r => r.Test!.Mean)),
                                .. swept
                                    .Select(q => (q.Name, q.Of, Rows: q.Rows.Where(r => r == full || r.PaperDifference is not null).ToList()))
                                    .Where(q => q.Rows.Count > 1)
                                    .Select(q => Line($"{q.Name}, the paper's", q.Of, q.Rows, r => full!.Test!.Mean + (r.PaperDifference ?? 0))),
                            ]),
                            new Points([Seeds(swept.SelectMany(q => q.Rows.SelectMany(r => r.Results.Select(s => (q.Of(s), MeanIoU(s))))))]),
                        ]
                ),
            ],
            LogX: true
        );

        bool IsAt(StudyTableRow row, string name) =>
            full is not null
            && quantities.All(q => (q.Of(row.Results[0]) == q.Of(full.Results[0])) == (q.Name != name) && q.Of(row.Results[0]) > 0);
    }

    private static Series Line(
        string name,
        Func<StudyResult, double> x,
        IReadOnlyList<StudyTableRow> rows,
        Func<StudyTableRow, double> share
    ) => new(name, [.. rows.Select(r => x(r.Results[0]))], [.. rows.Select(r => 100 * share(r))]);

    private static Series Seeds(IEnumerable<(double X, double Y)> points)
    {
        var distinct = points.Distinct().ToList();
        return new("a seed", [.. distinct.Select(p => p.X)], [.. distinct.Select(p => p.Y)]);
    }

    private static double MeanIoU(StudyResult result) => 100 * result.Test!.Metrics.Mean.IoU;
}
