using System.Globalization;
using System.Text.Json.Nodes;

namespace F2Net.Notebook;

/// <summary>A <see cref="Figure"/> as plotly.js takes it: {data, layout, config}, in the look of its SVG picture.</summary>
internal static class PlotlyFigure
{
    private const double Width = 660,
        Gap = 28;

    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    public static JsonObject Of(Figure figure)
    {
        var looks = figure.Looks();
        var heights = figure.Panels.Select(p => SvgChart.Size(p, Width).Height).ToArray();
        var plots = heights.Sum() + Gap * (heights.Length - 1);
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
                ["l"] = 84,
                ["r"] = 24,
                ["t"] = top,
                ["b"] = bottom,
            },
            ["barmode"] = figure.Panels.Any(p => p.Marks.Any(m => m is Histogram)) ? "overlay" : "group",
            ["showlegend"] = figure.Panels.Any(p => p.Marks.Any(m => m.Names.Count > 0)),
        };
        var data = new JsonArray();
        var above = 0.0;
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var domain = (Low: 1 - (above + heights[i]) / plots, High: 1 - above / plots);
            Add(figure, i, domain, looks, data, layout);
            above += heights[i] + Gap;
        }
        return new()
        {
            ["data"] = data,
            ["layout"] = layout,
            ["config"] = new JsonObject { ["displaylogo"] = false, ["responsive"] = true },
        };
    }

    private static void Add(Figure figure, int index, (double Low, double High) domain, Looks looks, JsonArray data, JsonObject layout)
    {
        var panel = figure.Panels[index];
        // plotly.js calls the first of each kind x, y and legend, the others x2, y2, legend2 …
        var number = index == 0 ? "" : (index + 1).ToString(CultureInfo.InvariantCulture);
        var isLast = index == figure.Panels.Count - 1;
        var ownsX = panel.Marks.Any(m => m.OwnX is not null);

        var x = Axis(figure.LogX).With("anchor", "y" + number).With("showgrid", false);
        if (isLast)
            x["title"] = Title(figure.XLabel);
        else if (!ownsX)
            x["showticklabels"] = false;
        if (index > 0 && !ownsX)
            x["matches"] = "x";
        var y = Axis(panel.LogY)
            .With("anchor", "x" + number)
            .With("domain", new JsonArray(Math.Max(0, domain.Low), domain.High))
            .With("title", Title(panel.YLabel));
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

        foreach (var mark in panel.Marks)
        foreach (var trace in mark.Traces(looks))
        {
            if (trace["name"]?.GetValue<string>() is { } name)
                trace["name"] = PlotlyJson.Text(name, SvgChart.LegendCharacters);
            if (mark.Names.Count == 0)
                trace["showlegend"] = false;
            if (trace["colorbar"] is JsonObject bar)
                bar.With("len", domain.High - domain.Low).With("y", (domain.High + domain.Low) / 2);
            if (index > 0)
                trace.With("xaxis", "x" + number).With("yaxis", "y" + number).With("legend", "legend" + number);
            data.Add(trace);
        }
    }

    private static JsonObject Axis(bool log) =>
        new()
        {
            ["type"] = log ? "log" : "linear",
            ["automargin"] = true,
            ["linecolor"] = Theme.AxisInk,
            ["gridcolor"] = Theme.GridInk,
            ["zeroline"] = false,
            ["showline"] = true,
            ["ticks"] = "outside",
            ["exponentformat"] = "power",
        };

    private static JsonObject Title(string text) => new() { ["text"] = PlotlyJson.Text(text), ["standoff"] = 12 };
}
