using System.Text;
using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>Series as lines.</summary>
public sealed record Lines(IReadOnlyList<Series> Series) : SeriesMark(Series)
{
    private const double LineWidth = 1.6;

    // A name beyond the palette gets the first colour again with another dash.
    private static readonly (string Svg, string Plotly)[] dashes = [("none", "solid"), ("7 3", "dash"), ("2 3", "dot")];

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        foreach (var series in Series)
        {
            var look = looks[series.Name];
            var (line, dots) = Paths(series, plot);
            if (look.IsPale)
                plot.Path(line, Theme.EdgeInk, LineWidth + 1.8);
            plot.Path(line, look.Colour.ToString(), LineWidth, dashes[look.Dash].Svg);
            if (dots.Length > 0)
                plot.Path(dots, look.Colour.ToString(), 6);
        }
    }

    internal override void DrawKey(SvgPlot plot, string name, Look look, double x, double y)
    {
        var line = SvgPlot.Invariant($"M{x:0.#} {y:0.#}h22");
        if (look.IsPale)
            plot.Path(line, Theme.EdgeInk, 4.2);
        plot.Path(line, look.Colour.ToString(), 2.4, dashes[look.Dash].Svg);
    }

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        foreach (var series in Series)
        {
            var look = looks[series.Name];
            var line = Trace(series, look.Colour.ToString(), LineWidth, dashes[look.Dash].Plotly);
            if (look.IsPale)
            {
                // The edge stands in the legend, where the pale line alone would not be seen; both are switched together.
                yield return Trace(series, Theme.EdgeInk, LineWidth + 1.8, "solid")
                    .With("legendgroup", series.Name)
                    .With("hoverinfo", "skip");
                line.With("legendgroup", series.Name).With("showlegend", false);
            }
            yield return line;
        }
    }

    private static JsonObject Trace(Series series, string colour, double width, string dash) =>
        new()
        {
            ["type"] = "scatter",
            ["mode"] = "lines",
            ["name"] = series.Name,
            ["x"] = PlotlyJson.Numbers(series.X),
            ["y"] = PlotlyJson.Numbers(series.Y),
            ["line"] = new JsonObject
            {
                ["color"] = colour,
                ["width"] = width,
                ["dash"] = dash,
            },
        };

    /// <summary>The line's pieces between gaps, and apart from them the points that have no neighbour, which need a visible dot.</summary>
    private static (string Line, string Dots) Paths(Series series, SvgPlot plot)
    {
        var (line, dots, piece) = (new StringBuilder(), new StringBuilder(), new List<string>());
        for (var i = 0; i <= series.X.Count; i++)
        {
            var (x, y) = i < series.X.Count ? (plot.X(series.X[i]), plot.Y(series.Y[i])) : (double.NaN, double.NaN);
            if (!double.IsNaN(x + y))
            {
                piece.Add(SvgPlot.Invariant($"{x:0.#} {y:0.#}"));
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
}
