using System.Text;

namespace F2Net.Notebook.Tables;

/// <summary>Rows of text under a header: the first column to the left, all others, which hold figures, to the right.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Markdown, Mime.Plain])]
public sealed class Table : IView
{
    private readonly IReadOnlyList<string> header;
    private readonly IReadOnlyList<IReadOnlyList<string>> rows;
    private readonly string? caption;
    private readonly string markdown;

    private Table(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, string? caption)
    {
        (this.header, this.rows, this.caption) = (header, rows, caption);
        markdown = MarkdownTable.Write(header, rows);
    }

    /// <param name="caption">Says above the table what it holds, as with the protocol behind its figures.</param>
    /// <exception cref="ArgumentException">A row has another number of cells than the header.</exception>
    public static Table Of(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, string? caption = null) =>
        new(header, rows, caption);

    public string ToMarkdown() => caption is null ? markdown : $"{caption}\n\n{markdown}";

    public override string ToString() => ToMarkdown();

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html => ToHtml(),
            Mime.Markdown or Mime.Plain => ToMarkdown(),
            _ => null,
        };

    private string ToHtml()
    {
        var html = new StringBuilder("<table style=\"border-collapse:collapse\">");
        if (caption is not null)
            html.Append($"<caption style=\"text-align:left;caption-side:top\">{Html.Escape(caption)}</caption>");
        html.Append("<thead>");
        AddRow(html, "th", header, "border-bottom:1px solid #888;");
        html.Append("</thead><tbody>");
        foreach (var row in rows)
            AddRow(html, "td", row, "");
        return html.Append("</tbody></table>").ToString();
    }

    private static void AddRow(StringBuilder html, string element, IReadOnlyList<string> cells, string style)
    {
        html.Append("<tr>");
        for (var c = 0; c < cells.Count; c++)
        {
            var place = c == 0 ? "text-align:left;min-width:12em" : "text-align:right";
            // A figure stays on one line with its spread; words may wrap.
            var line = c > 0 && IsFigure(cells[c]) ? ";white-space:nowrap" : "";
            html.Append($"<{element} style=\"{style}padding:3px 10px;{place}{line}\">{Html.Escape(cells[c])}</{element}>");
        }
        html.Append("</tr>");
    }

    private static bool IsFigure(string cell) => cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] is '+' or '−');
}
