using F2Net.Notebook.Charts;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;

namespace F2Net.Notebook.Studies;

/// <summary>One quantity that rows of a study sweep while all others are the full network's.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Of">Its value in a row's runs, above 0.</param>
public sealed record StudySweep(string Name, Func<StudyResult, double> Of)
{
    /// <summary>
    /// mIoU against one or more quantities: lines through the means, a dot a seed. The paper's lines are its differences to the full network, laid at
    /// ours. A row that differs from the full network in one quantity alone lies on that one's line, others on none.
    /// </summary>
    /// <param name="x">What is swept, with its unit; its axis is logarithmic, as rows differ by factors.</param>
    public static Figure Draw(StudyTable table, string x, params IReadOnlyList<StudySweep> sweeps)
    {
        var run = table.Rows.Where(r => r.Results.Count > 0).ToList();
        var full = run.Find(r => r == table.Reference);
        var swept = full is null
            ? []
            : sweeps.Select(s => (Sweep: s, Rows: s.RowsOf(run, full, sweeps))).Where(s => s.Rows.Count > 1).ToList();
        var paper = swept
            .Select(s => (s.Sweep, Rows: s.Rows.Where(r => r == full || r.PaperDifference is not null).ToList()))
            .Where(s => s.Rows.Count > 1);
        return new(
            $"Test mIoU against {x}: {table.DataSet}",
            x,
            [
                new(
                    "test mIoU (%)",
                    [
                        new Lines([
                            .. swept.Select(s => s.Sweep.Line(s.Sweep.Name, s.Rows, r => r.Test!.Mean)),
                            .. paper.Select(s =>
                                s.Sweep.Line($"{s.Sweep.Name}, the paper's", s.Rows, r => full!.Test!.Mean + (r.PaperDifference ?? 0))
                            ),
                        ]),
                        new Points([.. swept.Select(s => s.Sweep.Seeds(s.Rows))]),
                    ]
                ),
            ],
            LogX: true
        );
    }

    private List<StudyTableRow> RowsOf(IReadOnlyList<StudyTableRow> run, StudyTableRow full, IReadOnlyList<StudySweep> all)
    {
        bool IsAsInFull(StudyTableRow row, StudySweep sweep) => sweep.ValueOf(row) == sweep.ValueOf(full);
        return [.. run.Where(r => r == full || (ValueOf(r) > 0 && all.All(s => IsAsInFull(r, s) == (s != this)))).OrderBy(ValueOf)];
    }

    private double ValueOf(StudyTableRow row) => Of(row.Results[0]);

    private Series Line(string name, IReadOnlyList<StudyTableRow> rows, Func<StudyTableRow, double> share) =>
        new(name, [.. rows.Select(ValueOf)], [.. rows.Select(r => 100 * share(r))]);

    private Series Seeds(IReadOnlyList<StudyTableRow> rows) =>
        new(
            Name,
            [.. rows.SelectMany(r => r.Results.Select(Of))],
            [.. rows.SelectMany(r => r.Results.Select(result => 100 * result.TestMeanIoU))]
        );
}
