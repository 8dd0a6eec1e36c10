using System.Globalization;
using F2Net.Studies;

namespace F2Net.Notebook;

/// <summary>A study's table as files: STUDY.md to read, STUDY.csv to calculate with, STUDY.svg to look at.</summary>
public static class StudyReport
{
    /// <param name="folder">See <see cref="StudyStore.Folder"/>.</param>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static void Write(string folder, StudyTable table)
    {
        Write("md", $"# {table.Study.Title}\n\n{table.Study.Question}\n\n{StudyTableView.Of(table).ToMarkdown()}");
        Write("csv", Csv(table));
        if (table.Rows.Any(r => r.Test is not null))
            Write("svg", StudyChart.Of(table).ToSvg());

        void Write(string type, string text) =>
            OutputFile.Write(Path.Combine(folder, $"{table.Study.Name}.{type}"), partial => File.WriteAllText(partial, text));
    }

    /// <summary>A line a row, shares from 0 to 1; what is not known is empty.</summary>
    public static string Csv(StudyTable table)
    {
        var classes = table.Rows.SelectMany(r => r.Results).FirstOrDefault()?.Test!.Metrics.Classes.Select(c => c.Name).ToList() ?? [];
        List<string> header =
        [
            "row",
            "title",
            "seeds",
            "failed",
            .. Pair("test mIoU"),
            .. Pair("test mIoU without"),
            .. Pair("test mF1"),
            .. Pair("test pixel accuracy"),
            .. Pair("val mIoU"),
            .. classes.Select(c => $"test IoU {c}"),
            "difference",
            "difference sd",
            "difference half interval",
            "paper mIoU",
            "paper difference",
            "as in the paper",
            "test mIoU by seed",
        ];
        return string.Concat(table.Rows.Select(Line).Prepend(Joined(header)));

        string Line(StudyTableRow row) =>
            Joined([
                row.Row.Name,
                row.Row.Title,
                Text(row.Results.Count),
                Text(row.Failures.Count),
                .. Figures(row.Test),
                .. Figures(row.TestWithout),
                .. Figures(row.F1),
                .. Figures(row.PixelAccuracy),
                .. Figures(row.Val),
                .. classes.Select(c => Text(row.Over(r => r.Test!.Metrics[c].IoU)?.Mean)),
                .. Figures(row.Difference),
                Text(row.Difference?.HalfInterval),
                Text(row.Row.Paper?.MeanIoU / 100),
                Text(row.PaperDifference),
                row.Agreement?.ToString().ToLowerInvariant() ?? "",
                string.Join(' ', row.Results.Select(r => $"{r.Seed}:{Text(r.Test!.Metrics.Mean.IoU)}")),
            ]);
    }

    private static string[] Pair(string name) => [name, $"{name} sd"];

    private static string[] Figures(Summary? summary) => [Text(summary?.Mean), Text(summary?.Deviation)];

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Joined(IEnumerable<string> cells) =>
        string.Join(',', cells.Select(c => c.Contains(',', StringComparison.Ordinal) ? $"\"{c}\"" : c)) + "\n";
}
