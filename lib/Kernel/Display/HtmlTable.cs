using System.Net;
using System.Text;

namespace F2Net.Kernel.Display;

/// <summary>Records, dictionaries and sequences as HTML tables of bounded size.</summary>
internal static class HtmlTable
{
    private const int MostColumns = 20;
    private const int Deepest = 3;

    /// <summary>Whether a value has parts that a table shows better than its text does.</summary>
    internal static bool IsFor(object? value) =>
        value is Exception || value is not (null or string) && (ValueShape.Items(value) is not null || ValueShape.Members(value).Count > 0);

    internal static string Of(object value) => Of(value, 0);

    private static string Of(object value, int depth)
    {
        if (value is Exception e)
            return $"<details><summary>{Text($"{TypeName.Of(e.GetType())}: {e.Message}")}</summary><pre>{Text(e.ToString())}</pre></details>";
        if (value is Array { Rank: 2 })
            return Table([], ValueShape.Items(value)!.Select(row => GridRow((object?[])row!, depth)), value);
        if (ValueShape.Pairs(value) is { } pairs)
            return Table(["key", "value"], pairs.Select(p => Row(Cell(p.Key, depth), Cell(p.Value, depth))), value);
        if (ValueShape.Items(value) is { } items)
            return Sequence(value, items, depth);
        return Table([], ValueShape.Members(value).Select(m => $"<tr><th>{Text(m.Name)}</th>{Cell(m.Value, depth)}</tr>"), value);
    }

    /// <summary>Items that have members become rows with the members as columns; others a numbered column.</summary>
    private static string Sequence(object sequence, IEnumerable<object?> items, int depth)
    {
        var shown = items.Take(ValueShape.MostItems + 1).ToList();
        var members = shown.ConvertAll(i => i is null || ValueShape.Items(i) is not null ? [] : ValueShape.Members(i));
        if (shown.Count == 0 || members.Exists(m => m.Count == 0))
            return Table(["index", "value"], shown.Select((item, i) => Row($"<td>{i}</td>", Cell(item, depth))), sequence);

        var columns = members.SelectMany(m => m.Select(v => v.Name)).Distinct(StringComparer.Ordinal).Take(MostColumns).ToList();
        var rows = members.Select(m =>
            Row([.. columns.Select(c => m.Any(v => v.Name == c) ? Cell(m.First(v => v.Name == c).Value, depth) : "<td></td>")])
        );
        return Table(columns, rows, sequence);
    }

    private static string GridRow(object?[] row, int depth)
    {
        var cells = row.Take(MostColumns).Select(value => Cell(value, depth)).ToList();
        if (row.Length > MostColumns)
            cells.Add($"<td>… {row.Length - MostColumns} more</td>");
        return Row(cells);
    }

    private static string Table(List<string> header, IEnumerable<string> rows, object value)
    {
        var table = new StringBuilder("<table>");
        if (header.Count > 0)
            table.Append("<thead><tr>").AppendJoin("", header.Select(h => $"<th>{Text(h)}</th>")).Append("</tr></thead>");
        table.Append("<tbody>");
        var count = 0;
        foreach (var row in rows)
        {
            if (count++ == ValueShape.MostItems)
            {
                table.Append($"<tr><td colspan=\"{Math.Max(2, header.Count)}\">… {PlainText.More(value)}</td></tr>");
                break;
            }

            table.Append(row);
        }

        return table.Append("</tbody></table>").ToString();
    }

    private static string Row(params IReadOnlyList<string> cells) => $"<tr>{string.Concat(cells)}</tr>";

    private static string Cell(object? value, int depth) => $"<td style=\"text-align:left\">{Nested(value, depth + 1)}</td>";

    /// <summary>A value inside a table: short text as it is, an object with parts folded away under its text.</summary>
    private static string Nested(object? value, int depth)
    {
        if (value is string text)
            return Text(text);
        if (value is Exception)
            return Of(value, depth);
        var line = Text(PlainText.Inline(value));
        var isFolded = depth < Deepest && value is not null && (IsObject(value) || IsSequenceOfObjects(value));
        return isFolded ? $"<details><summary>{line}</summary>{Of(value!, depth)}</details>" : line;
    }

    private static bool IsObject(object value) => ValueShape.Items(value) is null && ValueShape.Members(value).Count > 0;

    private static bool IsSequenceOfObjects(object value) =>
        ValueShape.Items(value)?.FirstOrDefault() is { } first && (ValueShape.Items(first) is not null || IsObject(first));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
