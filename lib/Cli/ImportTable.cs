using System.Text;
using F2Net.Notebook;
using F2Net.Weights.Import;

namespace F2Net.Cli;

/// <summary>What an import took, adapted, left and misses: counts by part, then the names of all that was not simply taken.</summary>
internal static class ImportTable
{
    internal static string Of(ImportReport report)
    {
        var where = (report.Key is { } key ? $", '{key}'" : "") + (report.Prefix.Length > 0 ? $", names after '{report.Prefix}'" : "");
        var text = new StringBuilder($"{report.File} as {report.Source}{where}; SHA-256 {report.Sha256}\n\n");
        text.Append(MarkdownTable.Write(["weights", "taken", "adapted", "missing", "left"], Rows(report)));
        if (report.OtherKeys.Count > 0)
            text.Append($"\nnot looked at (--key): {string.Join(", ", report.OtherKeys)}");
        foreach (var weight in report.Taken.Where(t => t.Adapted is not null))
            text.Append(
                $"\nadapted {weight.Name} from {weight.From}, {Shape(weight.FromShape)} to {Shape(weight.Shape)}: {weight.Adapted}"
            );
        foreach (var group in report.Left)
            text.Append($"\nleft, {group.Reason}: {string.Join(", ", group.Names)}");
        if (report.Missing.Count > 0)
            text.Append($"\nmissing, stays as initialised: {string.Join(", ", report.Missing)}");
        return text.Append('\n').ToString();
    }

    private static List<string[]> Rows(ImportReport report)
    {
        var parts = report.Taken.Select(t => PartOf(t.Name)).Concat(report.Missing.Select(PartOf)).Distinct();
        var rows = parts.Select(part => Row(part, name => PartOf(name) == part)).ToList();
        rows.Add([.. Row("all", _ => true)[..4], $"{report.Left.Sum(l => l.Names.Count)}"]);
        return rows;

        string[] Row(string title, Func<string, bool> belongs)
        {
            var taken = report.Taken.Where(t => belongs(t.Name)).ToList();
            var adapted = taken.Count(t => t.Adapted is not null);
            return [title, $"{taken.Count - adapted}", $"{adapted}", $"{report.Missing.Count(belongs)}", ""];
        }
    }

    // short.backbone.layer1, high.vssm.layers, long.blocks, afd.proj.
    private static string PartOf(string name) =>
        string.Join(
            '.',
            name.Split('.')
                .SkipLast(1)
                .Take(name.StartsWith("short.", StringComparison.Ordinal) || name.StartsWith("high.", StringComparison.Ordinal) ? 3 : 2)
        );

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
