using System.Globalization;
using F2Net.Notebook.Charts;
using F2Net.Notebook.Tables;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

/// <summary>What longer training changes.</summary>
public static class StudyLengths
{
    /// <summary>mIoU of val and test against the number of steps, a dot a seed, lines through the means.</summary>
    /// <param name="table">One row for each number of steps.</param>
    public static Figure Settling(StudyTable table)
    {
        var rows = table.Rows.Where(r => r.Results.Count > 0).OrderBy(Steps).ToList();
        (string Name, Func<StudyResult, double> Of)[] splits =
            rows.Count == 0 ? [] : [("val", r => r.ValMeanIoU), ("test", r => r.TestMeanIoU)];
        return new(
            $"mIoU against the number of steps: {table.DataSet}",
            "optimiser steps",
            [
                new(
                    "mIoU (%)",
                    [
                        new Lines([
                            .. splits.Select(s => new Series(
                                s.Name,
                                [.. rows.Select(Steps)],
                                [.. rows.Select(r => 100 * r.Results.Average(s.Of))]
                            )),
                        ]),
                        new Points([
                            .. splits.Select(s => new Series(
                                s.Name,
                                [.. rows.SelectMany(r => r.Results.Select(_ => Steps(r)))],
                                [.. rows.SelectMany(r => r.Results.Select(result => 100 * s.Of(result)))]
                            )),
                        ]),
                    ]
                ),
            ],
            LogX: true
        );

        double Steps(StudyTableRow row) => row.Results[0].Recipe.Iterations;
    }

    /// <summary>
    /// A panel a table: each row's test mIoU less the full network's, a dot a seed, with the mean and its 95 % interval, and as a ring the paper's.
    /// </summary>
    /// <param name="tables">Of one study, each trained for a number of steps of its own.</param>
    public static Figure Differences(params IReadOnlyList<StudyTable> tables) =>
        new(
            $"{tables[0].Study.Title}: test mIoU less the full network's, {tables[0].DataSet}",
            "",
            [.. tables.Where(HasResults).Select(t => new Panel(Label(t), [Differences(t)]))],
            SharesY: true
        );

    /// <summary>The same as a table: a line a row, for each length its difference and whether that is the paper's.</summary>
    /// <param name="tables">Of one study, each trained for a number of steps of its own.</param>
    public static Table Compared(params IReadOnlyList<StudyTable> tables)
    {
        var run = tables.Where(HasResults).ToList();
        return Table.Of(
            [
                tables[0].Study.Title,
                "row",
                "paper",
                .. run.SelectMany(t => new[] { Label(t), "seeds", "95 % interval", "as in the paper" }),
            ],
            [
                .. tables[0]
                    .Rows.Where(row => row != tables[0].Reference)
                    .Select(row =>
                        (IReadOnlyList<string>)
                            [
                                row.Row.Title,
                                row.Row.Name,
                                Signed(100 * row.PaperDifference),
                                .. run.SelectMany(t => Cells(t.Rows.Single(r => r.Row.Name == row.Row.Name))),
                            ]
                    ),
            ],
            $"{tables[0].DataSet}: test mIoU less the full network's of as many steps, paired by seed."
        );
    }

    // Not where every run has failed.
    private static bool HasResults(StudyTable table) => table.Rows.Any(r => r.Results.Count > 0);

    private static string[] Cells(StudyTableRow row) =>
        [
            Signed(100 * row.Difference?.Mean),
            Number(row.Difference?.Count, "F0"),
            StudyTableView.Interval(row.Difference),
            StudyTableView.Agreement(row),
        ];

    private static string Label(StudyTable table) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"points, {table.Rows.First(r => r.Results.Count > 0).Results[0].Recipe.Iterations:#,0} steps"
        );

    private static Estimates Differences(StudyTable table) =>
        new([
            .. table.Rows.Select(row => new Estimate(
                row.Row.Name,
                [.. row == table.Reference ? row.Results.Select(_ => 0.0) : row.Differences!.Select(d => 100 * d)],
                100 * row.Difference?.HalfInterval,
                100 * row.PaperDifference
            )),
        ]);
}
