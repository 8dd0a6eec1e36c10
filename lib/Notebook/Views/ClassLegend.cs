using F2Net.Data;

namespace F2Net.Notebook.Views;

/// <summary>A data set's classes with their colours.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Plain])]
public sealed class ClassLegend : IView
{
    private readonly DataSetInfo set;

    internal ClassLegend(DataSetInfo set) => this.set = set;

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html => ToHtml(),
            Mime.Plain => ToString(),
            _ => null,
        };

    public override string ToString() => string.Join(", ", set.Classes.Select(c => $"{c.Name} {c.Colour}"));

    internal string ToHtml() =>
        "<div style=\"display:flex;flex-wrap:wrap;gap:4px 16px\">"
        + string.Concat(
            set.Classes.Select(c =>
                "<span><span style=\"display:inline-block;width:12px;height:12px;margin-right:6px;vertical-align:-1px;border:1px solid #777;"
                + $"background:{c.Colour}\"></span>{Html.Escape(c.Name)}</span>"
            )
        )
        + "</div>";
}
