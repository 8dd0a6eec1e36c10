using System.Globalization;
using F2Net.Evaluation;
using F2Net.Notebook.Tables;

namespace F2Net.Cli;

/// <summary>Scores as a Markdown table: a row a predictor, IoU per class, then the means.</summary>
internal static class MetricsTable
{
    internal static string Of(IReadOnlyList<(string Name, SegmentationMetrics Metrics)> rows)
    {
        var first = rows[0].Metrics;
        var header = new List<string> { "IoU" };
        header.AddRange(first.Classes.Select(c => c.Name));
        header.Add($"mIoU ({first.Describe(first.Mean)})");
        if (first.MeanWithout is { } some)
            header.Add($"mIoU ({first.Describe(some)})");
        header.AddRange(["mF1", "pixel accuracy"]);
        return MarkdownTable.Write(header, [.. rows.Select(r => Row(r.Name, r.Metrics))]);
    }

    private static string[] Row(string name, SegmentationMetrics metrics)
    {
        var cells = new List<string> { name };
        cells.AddRange(metrics.Classes.Select(c => Figure(c.IoU)));
        cells.Add(Figure(metrics.Mean.IoU));
        if (metrics.MeanWithout is { } some)
            cells.Add(Figure(some.IoU));
        cells.AddRange([Figure(metrics.Mean.F1), Figure(metrics.PixelAccuracy)]);
        return [.. cells];
    }

    private static string Figure(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "–";
}
