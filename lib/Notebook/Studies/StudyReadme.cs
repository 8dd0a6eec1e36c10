using System.Globalization;
using System.Text;
using F2Net.Notebook.Tables;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Tables;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

/// <summary>The tables of the paper as README.md shows them, between two markers: the paper's figures, ours, both as differences to the full network.</summary>
public static class StudyReadme
{
    private const string Begin = "<!-- f2net study --readme writes from here -->\n",
        End = "<!-- to here -->\n";

    /// <summary>The text with its tables made anew.</summary>
    /// <param name="readme">README.md's text.</param>
    /// <param name="results">results/studies of the project.</param>
    /// <exception cref="UserException">A marker is missing, or a result is damaged.</exception>
    public static string Renewed(string readme, string results)
    {
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end > begin
            ? string.Concat(readme.AsSpan(0, begin + Begin.Length), "\n", Tables(results), readme.AsSpan(end))
            : throw new UserException($"README.md lacks the lines {Begin.Trim()} and {End.Trim()}; put them where its tables belong.");
    }

    private static string Tables(string results)
    {
        var shelves = StudyShelf.All(results, StudyPreset.Nano);
        var text = new StringBuilder();
        // The rows that are trained longer stand beside the others.
        foreach (var study in Catalogue.Studies.Where(s => s != LongerStudy.Study))
        {
            var tables = shelves.SelectMany(s => s.Tables(study)).ToList();
            text.Append(
                CultureInfo.InvariantCulture,
                $"**{study.Title}.** {study.Question}{(tables.Count == 0 ? " Not run yet." : "")}\n\n"
            );
            text.Append(Of(study, tables)).Append('\n');
        }
        return text.ToString();
    }

    private static string Of(Study study, IReadOnlyList<StudyTable> tables) =>
        MarkdownTable.Write(
            ["row", "paper", "to full", .. tables.SelectMany(t => new[] { t.DataSet, "to full", "seeds" })],
            [
                .. study.Rows.Select(row =>
                    (IReadOnlyList<string>)
                        [
                            row.Title,
                            Number(row.Paper?.MeanIoU),
                            Signed(100 * row.PaperDifference),
                            .. tables.SelectMany(t => Figures(t.Rows.Single(r => r.Row.Name == row.Name))),
                        ]
                ),
            ]
        );

    private static string[] Figures(StudyTableRow row) => [Number(100 * row.Test?.Mean), WithInterval(row.Difference), Seeds(row)];

    private static string Seeds(StudyTableRow row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Results.Count}{(row.Failures.Count == 0 ? "" : $" ({row.Failures.Count} failed)")}"
        );

    private static string WithInterval(Summary? difference) =>
        difference?.HalfInterval is { } half ? $"{Signed(100 * difference.Mean)} ± {Number(100 * half)}" : Signed(100 * difference?.Mean);
}
