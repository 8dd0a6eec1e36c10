using System.Text;
using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>Series as dots; a name beyond the palette gets the first colour again as rings.</summary>
public sealed record Points(IReadOnlyList<Series> Series) : SeriesMark(Series)
{
    private const double Diameter = 6;

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        foreach (var series in Series)
        {
            var dots = new StringBuilder();
            for (var i = 0; i < series.X.Count; i++)
                if (plot.X(series.X[i]) is var x && plot.Y(series.Y[i]) is var y && !double.IsNaN(x + y))
                    dots.Append(SvgPlot.Invariant($"M{x:0.#} {y:0.#}h0"));
            DrawDots(plot, dots.ToString(), looks[series.Name]);
        }
    }

    internal override void DrawKey(SvgPlot plot, string name, Look look, double x, double y) =>
        DrawDots(plot, SvgPlot.Invariant($"M{x + 11:0.#} {y:0.#}h0"), look);

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        foreach (var series in Series)
        {
            var look = looks[series.Name];
            yield return new()
            {
                ["type"] = "scatter",
                ["mode"] = "markers",
                ["name"] = series.Name,
                ["x"] = PlotlyJson.Numbers(series.X),
                ["y"] = PlotlyJson.Numbers(series.Y),
                ["marker"] = new JsonObject
                {
                    ["color"] = look.Colour.ToString(),
                    ["size"] = Diameter,
                    ["symbol"] = look.Dash == 0 ? "circle" : "circle-open",
                    ["line"] = new JsonObject { ["color"] = look.IsPale ? Theme.EdgeInk : look.Colour.ToString(), ["width"] = 1 },
                },
            };
        }
    }

    private static void DrawDots(SvgPlot plot, string dots, Look look)
    {
        if (look.IsPale)
            plot.Path(dots, Theme.EdgeInk, Diameter + 1.6);
        plot.Path(dots, look.Colour.ToString(), Diameter);
        if (look.Dash > 0)
            plot.Path(dots, "#fff", Diameter - 2.8);
    }
}
