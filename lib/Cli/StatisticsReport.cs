using System.Globalization;
using F2Net.Data.Statistics;
using F2Net.Notebook.Charts;
using F2Net.Notebook.Tables;

namespace F2Net.Cli;

/// <summary>A data set's statistics as a table, as JSON with its protocol, and as a picture.</summary>
internal static class StatisticsReport
{
    private const string Definitions =
        "Share: of the split's labelled pixels. Boundary: pixel edges between a pixel of the class and a neighbour (above, below, left, right) of "
        + "another class, none at ignored pixels or the picture's border; per megapixel of the class itself. Object: pixels of one class that hang "
        + "together by their edges within a picture.";

    internal static string Table(DataSetStatistics statistics)
    {
        var classes = MarkdownTable.Write(
            ["split, class", "pictures", "pixels", "share", "boundary, px", "boundary, px per Mpx", "objects", "mean object, px"],
            [.. statistics.Splits.SelectMany(s => s.Classes.Select(c => Row(s.Name, c)))]
        );
        var splits = MarkdownTable.Write(
            ["split", "pictures", "sizes, px", "labelled, Mpx", "ignored, Mpx"],
            [.. statistics.Splits.Select(Row)]
        );
        return $"{classes}\n{splits}\n{statistics.DataSet}. {Definitions}\n";
    }

    internal static void WriteJson(string path, DataSetStatistics statistics, double seconds) =>
        JsonFile.Write(
            path,
            new
            {
                protocol = new
                {
                    definitions = Definitions,
                    device = Machine.Processor,
                    commit = Machine.Commit(Project.Root),
                    seconds = Math.Round(seconds, 2),
                },
                statistics,
            }
        );

    /// <summary>Share, boundary and mean object of each class, a group of bars a class, a bar a split.</summary>
    internal static Figure Picture(DataSetStatistics statistics)
    {
        string[] classes = [.. statistics.Splits[0].Classes.Select(c => c.Name)];
        return new Figure(
            $"{statistics.DataSet}: classes by split",
            "",
            [
                PanelOf("share of labelled pixels (%)", c => 100 * c.Share),
                PanelOf("boundary (px per Mpx of the class)", c => c.BoundaryPerMegapixel ?? double.NaN),
                PanelOf("mean object (px)", c => c.MeanObject ?? double.NaN),
            ]
        );

        Panel PanelOf(string label, Func<ClassStatistics, double> value) =>
            new(
                label,
                [new Bars(classes, [.. statistics.Splits.Select(s => new BarGroup(s.Name, [.. s.Classes.Select(value)]))])],
                LogY: true
            );
    }

    private static string[] Row(string split, ClassStatistics c) =>
        [
            $"{split}, {c.Name}",
            $"{c.Pictures}",
            Number(c.Pixels, "N0"),
            Number(100 * c.Share, c.Share < 0.1 ? "F2" : "F1") + " %",
            Number(c.Boundary, "N0"),
            Number(c.BoundaryPerMegapixel, "N0"),
            Number(c.Objects, "N0"),
            Number(c.MeanObject, "N0"),
        ];

    private static string[] Row(SplitStatistics s)
    {
        const int MostNamed = 3;
        var sizes = string.Join(", ", s.Sizes.Take(MostNamed).Select(z => $"{z.Pictures} of {z.Width} x {z.Height}"));
        var more = s.Sizes.Count > MostNamed ? $", and {s.Sizes.Count - MostNamed} sizes more" : "";
        return [s.Name, $"{s.Pictures}", sizes + more, Number(s.Labelled / 1e6, "N3"), Number(s.Ignored / 1e6, "N3")];
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
