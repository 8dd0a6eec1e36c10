namespace F2Net.Notebook;

/// <summary>Sentences under a title, a line each.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Markdown, Mime.Plain])]
public sealed record Notes(string Title, IReadOnlyList<string> Sentences) : IView
{
    public string ToMarkdown() => $"**{Title}**\n\n{string.Concat(Sentences.Select(s => $"* {s}\n"))}";

    public override string ToString() => ToMarkdown();

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html =>
                $"<div style=\"max-width:900px\"><b>{Html.Escape(Title)}</b><ul>{string.Concat(Sentences.Select(s => $"<li>{Html.Escape(s)}</li>"))}</ul></div>",
            Mime.Markdown or Mime.Plain => ToMarkdown(),
            _ => null,
        };
}
