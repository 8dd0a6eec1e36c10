using System.Security;
using System.Text;

namespace F2Net.Notebook.Charts;

/// <summary>Draws a <see cref="Figure"/> as an SVG picture that needs nothing else: white ground, grid, legends at the right.</summary>
internal static class SvgChart
{
    private const double Width = 900,
        PanelHeight = 240,
        PanelGap = 24,
        LeastLeft = 84,
        LabelGap = 8,
        Right = 24,
        LineHeight = 20,
        LabelHeight = 16,
        CharacterWidth = 7.2,
        Slope = 0.82, // cos 35°
        DotMargin = 0.02;

    /// <summary>Where titles and legends break.</summary>
    public const int TitleCharacters = 72,
        AxisCharacters = 34,
        LegendCharacters = 24;

    private const int LabelCharacters = 14,
        SlantedCharacters = 24;

    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    public static string Draw(Figure figure)
    {
        var looks = figure.Looks();
        var title = TextLines.Wrap(figure.Title, TitleCharacters);
        var x = SharedX(figure);
        var left = LeftWidth(figure);
        var plotWidth = Width - left - RightWidth(figure);
        var plots = new StringBuilder();
        var top = 28 + LineHeight * title.Count;
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var isLast = i == figure.Panels.Count - 1;
            top += Draw(plots, figure, figure.Panels[i], x, looks, (left, top), plotWidth, isLast) + (isLast ? 0 : PanelGap);
        }
        var height = top + (figure.XLabel.Length > 0 ? 32 : 8);

        var svg = new StringBuilder();
        svg.Append(
            SvgPlot.Invariant(
                $"""<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {Width} {height:0.#}" width="{Width}" height="{height:0.#}" font-family="{Theme.Font}" font-size="{Theme.FontSize}" fill="{Theme.Ink}">"""
            )
        );
        svg.Append(
            SvgPlot.Invariant(
                $"<title>{SecurityElement.Escape(figure.Title)}</title><rect width=\"{Width}\" height=\"{height:0.#}\" fill=\"#fff\"/>"
            )
        );
        for (var i = 0; i < title.Count; i++)
            svg.Append(
                SvgPlot.TextElement(
                    LeastLeft,
                    26 + i * LineHeight,
                    title[i],
                    "start",
                    SvgPlot.Invariant($"font-size=\"{Theme.TitleSize}\" font-weight=\"bold\"")
                )
            );
        var middle = left + Size(figure.Panels[^1], plotWidth).Width / 2;
        svg.Append(plots).Append(SvgPlot.TextElement(middle, height - 14, figure.XLabel, "middle"));
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The x axis of all panels that bring none along.</summary>
    public static Axis SharedX(Figure figure)
    {
        var marks = figure.Panels.SelectMany(p => p.Marks).ToList();
        return Axis.Tight(marks.SelectMany(m => m.X), figure.LogX, marks.Any(m => m is Points) ? DotMargin : 0);
    }

    /// <summary>What the y axes and their labels take at the left.</summary>
    private static double LeftWidth(Figure figure)
    {
        var named = figure
            .Panels.Select(p => YAxis(figure, p))
            .Where(axis => axis.IsCategorical)
            .SelectMany(axis => axis.Ticks.Select(axis.Label));
        return Math.Max(LeastLeft, 2 * LabelGap + CharacterWidth * named.Select(name => name.Length).DefaultIfEmpty().Max());
    }

    /// <summary>What legends and colour bars take at the right.</summary>
    public static double RightWidth(Figure figure) => Right + figure.Panels.Max(SideWidth);

    /// <returns>The height taken, tick labels included.</returns>
    private static double Draw(
        StringBuilder svg,
        Figure figure,
        Panel panel,
        Axis shared,
        Looks looks,
        (double Left, double Top) at,
        double plotWidth,
        bool isLast
    )
    {
        var own = panel.Marks.Select(m => m.OwnX).FirstOrDefault(a => a is not null);
        var (width, height) = Size(panel, plotWidth);
        var plot = new SvgPlot(svg, own ?? shared, YAxis(figure, panel), at.Left, at.Top, width, height);
        var below = DrawAxes(plot, panel, isLabelled: isLast || own is not null);
        foreach (var mark in panel.Marks)
            mark.Draw(plot, looks);
        DrawLegend(plot, panel, looks);
        return height + below;
    }

    /// <summary>A panel's plot: as its most demanding mark wants it.</summary>
    public static (double Width, double Height) Size(Panel panel, double width)
    {
        var wanted = panel.Marks.Select(m => m.Size(width)).MaxBy(size => size.Height);
        return wanted.Height > 0 ? wanted : (width, PanelHeight);
    }

    public static Axis YAxis(Figure figure, Panel panel)
    {
        if (panel.Marks.Select(m => m.OwnY).FirstOrDefault(a => a is not null) is { } own)
            return own;
        var values = (figure.SharesY ? figure.Panels : [panel]).SelectMany(p => p.Marks).SelectMany(m => m.Y);
        return Axis.Round(panel.Marks.Any(m => m.StandsOnZero) ? values.Append(0) : values, panel.LogY);
    }

    /// <returns>The height that the x axis' labels take.</returns>
    private static double DrawAxes(SvgPlot plot, Panel panel, bool isLabelled)
    {
        var isMap = panel.Marks.Any(m => m.OwnY is not null);
        foreach (var tick in plot.YAxis.Ticks)
        {
            var at = plot.Y(tick);
            if (!isMap)
                plot.Add($"<path d=\"M{plot.Left} {at:0.#}h{plot.Width:0.#}\" stroke=\"{Theme.GridInk}\"/>");
            plot.Text(plot.Left - LabelGap, at + 4.5, plot.YAxis.Label(tick), "end");
        }
        if (!plot.XAxis.IsCategorical)
            foreach (var tick in plot.XAxis.Ticks)
                plot.Add($"<path d=\"M{plot.X(tick):0.#} {plot.Bottom:0.#}v5\" stroke=\"{Theme.AxisInk}\"/>");
        plot.Add($"<path d=\"M{plot.Left} {plot.Top:0.#}V{plot.Bottom:0.#}h{plot.Width:0.#}\" stroke=\"{Theme.AxisInk}\" fill=\"none\"/>");
        var middle = plot.Top + plot.Height / 2;
        var lines = TextLines.Wrap(panel.YLabel, AxisCharacters);
        for (var i = 0; i < lines.Count; i++)
        {
            var x = 20 + (i - (lines.Count - 1) / 2.0) * LabelHeight;
            plot.Text(x, middle, lines[i], "middle", SvgPlot.Invariant($"transform=\"rotate(-90 {x:0.#} {middle:0.#})\""));
        }
        return isLabelled ? DrawLabels(plot) : 0;
    }

    /// <summary>Labels below the x axis; categories in lines or, where that does not do, aslant and cut to what has room.</summary>
    private static double DrawLabels(SvgPlot plot)
    {
        var axis = plot.XAxis;
        if (IsSlanted(axis, plot.Width))
            foreach (var tick in axis.Ticks)
            {
                var (at, y, label) = (plot.X(tick) + 4, plot.Bottom + 14, axis.Label(tick));
                var room = Math.Min(SlantedCharacters, (int)(at / (Slope * CharacterWidth))); // as far as the picture's left edge
                var cut = label.Length > room ? string.Concat(label.AsSpan(0, room - 1), "…") : label;
                plot.Text(at, y, cut, "end", SvgPlot.Invariant($"transform=\"rotate(-35 {at:0.#} {y:0.#})\""));
            }
        else
            foreach (var tick in axis.Ticks)
            foreach (var (i, line) in Lines(axis, tick).Index())
                plot.Text(plot.X(tick), plot.Bottom + 20 + i * LabelHeight, line, "middle");
        return LabelsHeight(axis, plot.Width);
    }

    /// <summary>What the labels of an x axis so wide take below it.</summary>
    public static double LabelsHeight(Axis axis, double width) =>
        IsSlanted(axis, width)
            ? 24 + 0.6 * CharacterWidth * Math.Min(SlantedCharacters, axis.Ticks.Max(t => axis.Label(t).Length))
            : 28 + (axis.Ticks.Select(t => Lines(axis, t).Count).DefaultIfEmpty(1).Max() - 1) * LabelHeight;

    // Whether one of the categories is wider than its place.
    private static bool IsSlanted(Axis axis, double width) =>
        axis.IsCategorical && axis.Ticks.Max(t => Lines(axis, t).Max(line => line.Length)) * CharacterWidth > width / axis.Ticks.Count;

    private static IReadOnlyList<string> Lines(Axis axis, double tick) =>
        axis.IsCategorical ? TextLines.Wrap(axis.Label(tick), LabelCharacters) : [axis.Label(tick)];

    private static void DrawLegend(SvgPlot plot, Panel panel, Looks looks)
    {
        var (x, y) = (plot.Right + 16, plot.Top + 10);
        // Points on a line of the same name share its key.
        foreach (var (mark, name) in panel.Marks.SelectMany(m => m.Names.Select(n => (m, n))).DistinctBy(k => k.n))
        {
            mark.DrawKey(plot, name, looks[name], x, y);
            foreach (var line in TextLines.Wrap(name, LegendCharacters))
            {
                plot.Text(x + 29, y + 4.5, line, "start");
                y += LineHeight;
            }
        }
    }

    private static double SideWidth(Panel panel)
    {
        var longest = panel
            .Marks.SelectMany(m => m.Names)
            .SelectMany(n => TextLines.Wrap(n, LegendCharacters))
            .Select(line => line.Length)
            .DefaultIfEmpty(0)
            .Max();
        return panel.Marks.Max(m => m.SideWidth) + (longest > 0 ? 36 + CharacterWidth * longest : 0);
    }
}
