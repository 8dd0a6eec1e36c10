using System.Text;
using F2Net.Notebook.Tables;
using F2Net.Weights.Import;

namespace F2Net.Cli;

/// <summary>What an import took, adapted, left and misses: counts by part, then the names of all that was not simply taken.</summary>
internal static class ImportTable
{
    // The file that was written keeps every name.
    private const int Shown = 20;

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
            text.Append($"\nleft, {group.Reason}: {Some(group.Names)}");
        if (report.Missing.Count > 0)
            text.Append($"\nmissing, stays as initialised: {Some(report.Missing)}");
        return text.ToString();
    }

    private static List<string[]> Rows(ImportReport report)
    {
        var parts = report.Taken.Select(t => PartOf(report, t.Name)).Concat(report.Missing.Select(name => PartOf(report, name))).Distinct();
        var rows = parts.Select(part => Row(part, name => PartOf(report, name) == part)).ToList();
        rows.Add([.. Row("all", _ => true)[..4], $"{report.Left.Sum(l => l.Names.Count)}"]);
        return rows;

        string[] Row(string title, Func<string, bool> belongs)
        {
            var taken = report.Taken.Where(t => belongs(t.Name)).ToList();
            var adapted = taken.Count(t => t.Adapted is not null);
            return [title, $"{taken.Count - adapted}", $"{adapted}", $"{report.Missing.Count(belongs)}", ""];
        }
    }

    // short.backbone.layer1, high.vssm.layers, long.blocks; of a whole network afd, high, short, …
    private static string PartOf(ImportReport report, string name)
    {
        var parts = name.Split('.').SkipLast(1);
        return string.Join(
            '.',
            parts.Take(
                report.Source == "F2Net" ? 1
                : name.StartsWith("long.", StringComparison.Ordinal) ? 2
                : 3
            )
        );
    }

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= Shown ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more";

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
