using System.Globalization;
using F2Net.Notebook.Tables;
using F2Net.Studies.Reading;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

/// <summary>A study as a table, each row with the name that pictures and commands call it by: the paper's figures, ours over seeds, both as differences to the full network.</summary>
public static class StudyTableView
{
    /// <summary>In percent and points, as the paper writes them.</summary>
    public static Table Of(StudyTable table)
    {
        var failed = table.Rows.Any(r => r.Failures.Count > 0);
        List<string> header =
        [
            table.Study.Title,
            "row",
            "paper",
            "mIoU",
            .. table.Without is { } without ? [$"mIoU {without}"] : Array.Empty<string>(),
            "mF1",
            "val mIoU",
            "seeds",
            .. failed ? ["failed"] : Array.Empty<string>(),
            "to full, paper",
            "to full, ours",
            "95 % interval",
            "ours − paper's",
            "as in the paper",
        ];
        var rows = table.Rows.Select(row =>
            (IReadOnlyList<string>)
                [
                    row.Row.Title,
                    row.Row.Name,
                    Number(row.Row.Paper?.MeanIoU),
                    Spread(row.Test),
                    .. table.Without is null ? Array.Empty<string>() : [Spread(row.TestWithout)],
                    Spread(row.F1),
                    Spread(row.Val),
                    Seeds(row),
                    .. failed ? [row.Failures.Count.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
                    Signed(100 * row.PaperDifference),
                    Signed(100 * row.Difference?.Mean),
                    Interval(row.Difference),
                    Signed(100 * (row.Difference?.Mean - row.PaperDifference)),
                    Agreement(row),
                ]
        );
        var published = table.Study.Published.Select(p =>
            (IReadOnlyList<string>)[$"{p.Title} (published)", None, Number(p.Paper.MeanIoU), .. Enumerable.Repeat(None, header.Count - 3)]
        );
        return Table.Of(header, [.. rows, .. published], Caption(table));
    }

    /// <summary>What stands above the table.</summary>
    private static string Caption(StudyTable table) =>
        $"{table.DataSet}, {table.Preset}, test split, whole pictures; in percent: mean ± standard deviation over seeds; differences paired by seed. "
        + $"{table.Protocol} The paper's figures are of DeepGlobe.";

    // Those that went through, and how many are still to come.
    private static string Seeds(StudyTableRow row) =>
        (row.Results.Count + row.Failures.Count) switch
        {
            0 => "not yet run",
            < StudyTable.UsualSeeds => $"{row.Results.Count} of {StudyTable.UsualSeeds}",
            _ => row.Results.Count.ToString(CultureInfo.InvariantCulture),
        };

    private static string Spread(Summary? summary) =>
        summary switch
        {
            null => None,
            { Deviation: { } d } => $"{Number(100 * summary.Mean)} ± {Number(100 * d)}",
            _ => Number(100 * summary.Mean),
        };

    internal static string Agreement(StudyTableRow row) => Word(row.Agreement) ?? None;

    internal static string Interval(Summary? difference) => difference?.HalfInterval is { } half ? Range(difference.Mean, half) : None;
}
