using System.Globalization;
using System.Security;
using System.Text;

namespace F2Net.Notebook;

/// <summary>Draws a <see cref="Figure"/> as an SVG picture that needs nothing else: white ground, grid, legends at the right.</summary>
public static class LineChart
{
    private const double Width = 900,
        PanelHeight = 240,
        PanelGap = 24,
        Top = 48,
        Left = 84,
        Bottom = 56,
        LineHeight = 20;

    // Okabe and Ito's palette, told apart with any colour vision; without its yellow, which vanishes on white.
    private static readonly string[] Palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    // A name beyond the palette gets the first colour again with another dash.
    private static readonly string[] Dashes = ["none", "7 3", "2 3"];

    /// <exception cref="ArgumentException">The figure has no series.</exception>
    public static string ToSvg(Figure figure)
    {
        var names = figure.Panels.SelectMany(p => p.Series).Select(s => s.Name).Distinct().ToList();
        if (names.Count == 0)
            throw new ArgumentException($"Figure '{figure.Title}' has no series.", nameof(figure));

        var plotWidth = Width - Left - 60 - 7.2 * names.Max(n => n.Length);
        var height = Top + figure.Panels.Count * (PanelHeight + PanelGap) - PanelGap + Bottom;
        var x = Axis.Tight(figure.Panels.SelectMany(p => p.Series).SelectMany(s => s.X));

        var svg = new StringBuilder();
        svg.Append(
            Invariant(
                $"""<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">"""
            )
        );
        svg.Append(Invariant($"<title>{Escape(figure.Title)}</title><rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>"));
        svg.Append(Text(Left, 26, figure.Title, "start", "font-size=\"17\" font-weight=\"bold\""));
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var place = new Place(Top + i * (PanelHeight + PanelGap), plotWidth, IsLast: i == figure.Panels.Count - 1);
            Draw(svg, figure.Panels[i], place, x, names);
        }
        svg.Append(Text(Left + plotWidth / 2, height - 14, figure.XLabel, "middle"));
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, Panel panel, Place place, Axis x, List<string> names)
    {
        var y = Axis.Round(panel.Series.SelectMany(s => s.Y), panel.LogY);
        DrawAxes(svg, panel, place, x, y);
        for (var i = 0; i < panel.Series.Count; i++)
        {
            var rank = names.IndexOf(panel.Series[i].Name);
            var (colour, dash) = (Palette[rank % Palette.Length], Dashes[rank / Palette.Length % Dashes.Length]);
            var stroke =
                $"stroke=\"{colour}\" stroke-dasharray=\"{dash}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" fill=\"none\"";
            var (line, dots) = Paths(panel.Series[i], place, x, y);
            svg.Append($"<path d=\"{line}\" {stroke} stroke-width=\"1.6\"/>");
            if (dots.Length > 0)
                svg.Append($"<path d=\"{dots}\" {stroke} stroke-width=\"6\"/>");

            var (legendX, legendY) = (Left + place.Width + 16, place.Top + 10 + i * LineHeight);
            svg.Append(Invariant($"<path d=\"M{legendX} {legendY}h22\" {stroke} stroke-width=\"2.4\"/>"));
            svg.Append(Text(legendX + 29, legendY + 4.5, panel.Series[i].Name, "start"));
        }
    }

    private static void DrawAxes(StringBuilder svg, Panel panel, Place place, Axis x, Axis y)
    {
        var bottom = place.Top + PanelHeight;
        foreach (var tick in y.Ticks)
        {
            var at = bottom - y.Position(tick) * PanelHeight;
            svg.Append(Invariant($"<path d=\"M{Left} {at:0.#}h{place.Width:0.#}\" stroke=\"#e4e4e4\"/>"));
            svg.Append(Text(Left - 8, at + 4.5, Axis.Label(tick), "end"));
        }
        foreach (var tick in x.Ticks)
        {
            var at = Left + x.Position(tick) * place.Width;
            svg.Append(Invariant($"<path d=\"M{at:0.#} {bottom}v5\" stroke=\"#666\"/>"));
            if (place.IsLast)
                svg.Append(Text(at, bottom + 20, Axis.Label(tick), "middle"));
        }
        svg.Append(Invariant($"<path d=\"M{Left} {place.Top}V{bottom}h{place.Width:0.#}\" stroke=\"#666\" fill=\"none\"/>"));
        var middle = place.Top + PanelHeight / 2;
        svg.Append(Text(20, middle, panel.YLabel, "middle", Invariant($"transform=\"rotate(-90 20 {middle:0.#})\"")));
    }

    /// <summary>The line's pieces between gaps, and apart from them the points that have no neighbour, which need a visible dot.</summary>
    private static (string Line, string Dots) Paths(Series series, Place place, Axis x, Axis y)
    {
        var (line, dots, piece) = (new StringBuilder(), new StringBuilder(), new List<string>());
        for (var i = 0; i <= series.X.Count; i++)
        {
            var (atX, atY) = i < series.X.Count ? (x.Position(series.X[i]), y.Position(series.Y[i])) : (double.NaN, double.NaN);
            if (!double.IsNaN(atX + atY))
            {
                piece.Add(Invariant($"{Left + atX * place.Width:0.#} {place.Top + (1 - atY) * PanelHeight:0.#}"));
                continue;
            }
            if (piece.Count == 1)
                dots.Append('M').Append(piece[0]).Append("h0");
            else if (piece.Count > 1)
                line.Append('M').AppendJoin('L', piece);
            piece.Clear();
        }
        return (line.ToString(), dots.ToString());
    }

    private static string Text(double x, double y, string text, string anchor, string more = "") =>
        Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" {more}>{Escape(text)}</text>");

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where a panel's plot lies; its left edge and height are everywhere the same.</summary>
    private readonly record struct Place(double Top, double Width, bool IsLast);
}
