using System.Text;

namespace F2Net.Notebook.Tables;

/// <summary>Writes rows of text as a Markdown table: the first column to the left, all others, which hold figures, to the right.</summary>
public static class MarkdownTable
{
    /// <param name="header">One cell a column.</param>
    /// <param name="rows">As many cells each as the header has.</param>
    /// <returns>Lines padded to equal columns, each ended by a line feed.</returns>
    /// <exception cref="ArgumentException">A row has another number of cells.</exception>
    public static string Write(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        for (var r = 0; r < rows.Count; r++)
            if (rows[r].Count != header.Count)
                throw new ArgumentException($"Row {r} has {rows[r].Count} cells instead of {header.Count}.", nameof(rows));

        var lines = rows.Prepend(header).Select(row => row.Select(Escape).ToArray()).ToList();
        var widths = Enumerable.Range(0, header.Count).Select(c => Math.Max(3, lines.Max(line => line[c].Length))).ToArray();
        var rule = widths.Select((width, c) => c == 0 ? new string('-', width) : new string('-', width - 1) + ":").ToArray();
        lines.Insert(1, rule);

        var table = new StringBuilder();
        foreach (var line in lines)
            table
                .Append("| ")
                .AppendJoin(" | ", line.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))
                .Append(" |\n");
        return table.ToString();
    }

    private static string Escape(string cell) =>
        cell.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
