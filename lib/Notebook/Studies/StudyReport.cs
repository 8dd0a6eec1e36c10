using System.Globalization;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;

namespace F2Net.Notebook.Studies;

/// <summary>A study's table as files: STUDY.md to read, STUDY.csv to calculate with, STUDY.svg to look at.</summary>
public static class StudyReport
{
    /// <param name="folder">See <see cref="StudyStore.Folder"/>.</param>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static void Write(string folder, StudyTable table)
    {
        foreach (var (name, text) in Files(table))
            OutputFile.Write(Path.Combine(folder, name), partial => File.WriteAllText(partial, text));
    }

    /// <summary>Every study's table of what is there, on every data set with results, and the folder of its files.</summary>
    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">A result is damaged.</exception>
    public static IEnumerable<(string Folder, StudyTable Table)> All(string results) =>
        from preset in new[] { StudyPreset.Nano, StudyPreset.Paper }
        from shelf in StudyShelf.All(results, preset)
        from study in Catalogue.Studies
        let table = shelf.Table(study)
        where table.Compares
        select (StudyStore.FolderOf(results, preset, shelf.DataSet), table);

    /// <summary>The files' names and texts.</summary>
    public static IEnumerable<(string Name, string Text)> Files(StudyTable table)
    {
        yield return (
            $"{table.Study.Name}.md",
            $"# {table.Study.Title}\n\n{table.Study.Question}\n\n{StudyTableView.Of(table).ToMarkdown()}"
        );
        yield return ($"{table.Study.Name}.csv", Csv(table));
        if (table.Rows.Any(r => r.Test is not null))
            yield return ($"{table.Study.Name}.svg", StudyChart.Of(table).ToSvg());
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
                StudyNumbers.Word(row.Agreement) ?? "",
                string.Join(' ', row.Results.Select(r => $"{r.Seed}:{Text(r.TestMeanIoU)}")),
            ]);
    }

    private static string[] Pair(string name) => [name, $"{name} sd"];

    private static string[] Figures(Summary? summary) => [Text(summary?.Mean), Text(summary?.Deviation)];

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Joined(IEnumerable<string> cells) =>
        string.Join(
            ',',
            cells.Select(c => c.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : c)
        ) + "\n";
}
