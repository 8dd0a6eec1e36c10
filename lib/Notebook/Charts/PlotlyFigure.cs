using System.Globalization;
using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>A <see cref="Figure"/> as plotly.js takes it: {data, layout, config}, in the look of its SVG picture.</summary>
internal static class PlotlyFigure
{
    private const double Width = 900,
        Left = 84,
        Right = 24,
        Gap = 28;

    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    public static JsonObject Of(Figure figure)
    {
        var looks = figure.Looks();
        var width = Width - Left - SvgChart.RightWidth(figure);
        var sizes = figure.Panels.Select(p => SvgChart.Size(p, width)).ToArray();
        // A panel with an x axis of its own labels it, below itself.
        var gaps = figure.Panels.Zip(sizes, (p, size) => Gap + (OwnX(p) is { } x ? SvgChart.LabelsHeight(x, size.Width) : 0)).ToArray();
        var plots = sizes.Sum(s => s.Height) + gaps.SkipLast(1).Sum();
        var title = PlotlyJson.Text(figure.Title, SvgChart.TitleCharacters);
        var top = 34 + 20 * title.Split("<br>").Length;
        var bottom = figure.XLabel.Length > 0 ? 56 : 36;

        var layout = new JsonObject
        {
            ["title"] = new JsonObject
            {
                ["text"] = $"<b>{title}</b>",
                ["font"] = new JsonObject { ["size"] = Theme.TitleSize },
                ["x"] = 0,
                ["xref"] = "paper",
                ["xanchor"] = "left",
            },
            ["font"] = new JsonObject
            {
                ["family"] = Theme.Font,
                ["size"] = Theme.FontSize,
                ["color"] = Theme.Ink,
            },
            ["paper_bgcolor"] = "#fff",
            ["plot_bgcolor"] = "#fff",
            ["height"] = top + plots + bottom,
            ["margin"] = new JsonObject
            {
                ["l"] = Left,
                // Legends make room for themselves, a colour bar's title does not.
                ["r"] = figure.Panels.Any(p => p.Marks.Any(m => m.ColourUnit is not null)) ? SvgChart.RightWidth(figure) : Right,
                ["t"] = top,
                ["b"] = bottom,
            },
            ["barmode"] = figure.Panels.Any(p => p.Marks.Any(m => m is Histogram)) ? "overlay" : "group",
            ["annotations"] = new JsonArray(),
            ["showlegend"] = figure.Panels.Any(p => p.Marks.Any(m => m.Names.Count > 0)),
        };
        var data = new JsonArray();
        var shared = SvgChart.SharedX(figure);
        var above = 0.0;
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var domain = (Low: 1 - (above + sizes[i].Height) / plots, High: 1 - above / plots);
            Add(figure, shared, i, domain, sizes[i].Width / width, looks, data, layout);
            above += sizes[i].Height + gaps[i];
        }
        return new()
        {
            ["data"] = data,
            ["layout"] = layout,
            ["config"] = new JsonObject { ["displaylogo"] = false, ["responsive"] = true },
        };
    }

    /// <param name="domain">The panel's lower and upper end, as shares of all plots' height; <paramref name="width"/> is its share of their width.</param>
    private static void Add(
        Figure figure,
        Axis shared,
        int index,
        (double Low, double High) domain,
        double width,
        Looks looks,
        JsonArray data,
        JsonObject layout
    )
    {
        var panel = figure.Panels[index];
        // plotly.js calls the first of each kind x, y and legend, the others x2, y2, legend2 …
        var number = index == 0 ? "" : (index + 1).ToString(CultureInfo.InvariantCulture);
        var isLast = index == figure.Panels.Count - 1;
        var ownsX = OwnX(panel) is not null;

        var x = AxisOf(shared).With("anchor", "y" + number).With("domain", new JsonArray(0, width)).With("showgrid", false);
        if (isLast)
            x["title"] = Title(figure.XLabel);
        else if (!ownsX)
            x["showticklabels"] = false;
        if (index > 0 && !ownsX)
            x["matches"] = "x";
        var y = AxisOf(SvgChart.YAxis(figure, panel))
            .With("anchor", "x" + number)
            .With("domain", new JsonArray(Math.Max(0, domain.Low), domain.High))
            .With("title", Title(panel.YLabel));
        if (index > 0 && figure.SharesY)
            y["matches"] = "y";
        foreach (var mark in panel.Marks)
            mark.Adapt(x, y);
        layout["xaxis" + number] = x;
        layout["yaxis" + number] = y;
        layout["legend" + number] = new JsonObject
        {
            ["x"] = 1.02,
            ["y"] = domain.High,
            ["yanchor"] = "top",
        };

        foreach (var mark in panel.Marks.Where(m => m.ColourUnit is not null))
            ((JsonArray)layout["annotations"]!).Add(BarTitle(mark, width, (domain.High + domain.Low) / 2));
        foreach (var (place, mark) in panel.Marks.Index())
        foreach (var trace in mark.Traces(looks))
        {
            if (trace["name"]?.GetValue<string>() is { } name)
                trace["name"] = PlotlyJson.Text(name, SvgChart.LegendCharacters);
            if (mark.Names.All(n => panel.Marks.Take(place).Any(m => m.Names.Contains(n))))
                trace["showlegend"] = false;
            if (trace["colorbar"] is JsonObject bar)
                bar.With("len", domain.High - domain.Low).With("y", (domain.High + domain.Low) / 2).With("x", width + 0.02);
            if (index > 0)
                trace.With("xaxis", "x" + number).With("yaxis", "y" + number).With("legend", "legend" + number);
            data.Add(trace);
        }
    }

    /// <summary>What a colour bar shows, beside its labels: plotly.js's own title would lie on them.</summary>
    private static JsonObject BarTitle(Mark mark, double x, double y) =>
        new()
        {
            ["text"] = PlotlyJson.Text(mark.ColourUnit!),
            ["xref"] = "paper",
            ["yref"] = "paper",
            ["x"] = x,
            ["y"] = y,
            ["xanchor"] = "right",
            ["yanchor"] = "middle",
            ["xshift"] = mark.SideWidth,
            ["textangle"] = 90,
            ["showarrow"] = false,
        };

    private static Axis? OwnX(Panel panel) => panel.Marks.Select(m => m.OwnX).FirstOrDefault(x => x is not null);

    private static JsonObject AxisOf(Axis axis)
    {
        var node = new JsonObject
        {
            ["type"] = axis.IsLog ? "log" : "linear",
            ["automargin"] = true,
            ["linecolor"] = Theme.AxisInk,
            ["gridcolor"] = Theme.GridInk,
            ["zeroline"] = false,
            ["showline"] = true,
            ["ticks"] = "outside",
            // As the static picture writes them: 1,000 and 0.001, not 1k and 1m.
            ["exponentformat"] = axis.IsWide ? "power" : "none",
            ["separatethousands"] = true,
        };
        if (!axis.IsLog)
            return node;
        // Between decades plotly.js labels 20 as 2: the picture's ticks say what they are.
        return axis.IsWide
            ? node.With("dtick", 1)
            : node.With("tickvals", PlotlyJson.Numbers(axis.Ticks))
                .With("ticktext", new JsonArray([.. axis.Ticks.Select(t => (JsonNode)axis.Label(t))]));
    }

    private static JsonObject Title(string text) =>
        new()
        {
            ["text"] = PlotlyJson.Text(text, SvgChart.AxisCharacters),
            ["font"] = new JsonObject { ["size"] = Theme.FontSize },
            ["standoff"] = 12,
        };
}
