using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>Repeated measurements of one category.</summary>
/// <param name="Values">None leaves the category empty.</param>
/// <param name="HalfInterval">Half the length of the line through the mean; null for none.</param>
/// <param name="Expected">What somebody else would expect; null for nothing.</param>
public sealed record Estimate(string Category, IReadOnlyList<double> Values, double? HalfInterval, double? Expected);

/// <summary>Categories side by side: each measurement a dot, their mean a bar with its interval, what is expected a hollow ring.</summary>
public sealed record Estimates(IReadOnlyList<Estimate> Categories) : Mark
{
    private const string Single = "a seed",
        Middle = "mean, 95 % interval",
        Elsewhere = "the paper's difference";
    private const double Shift = 0.16,
        Dot = 6,
        Ring = 9;

    internal override IReadOnlyList<string> Names =>
        Categories.Any(c => c.Expected is not null) ? [Single, Middle, Elsewhere] : [Single, Middle];
    internal override bool IsEmpty => Categories.All(c => c.Values.Count == 0);
    internal override Axis OwnX => Axis.Categories([.. Categories.Select(c => c.Category)]);
    internal override IEnumerable<double> Y =>
        Categories.SelectMany(c => c.Values.Concat(Ends(c)).Concat(c.Expected is { } e ? [e] : Array.Empty<double>()));

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        for (var i = 0; i < Categories.Count; i++)
        {
            var category = Categories[i];
            foreach (var value in category.Values)
                DrawDot(plot, plot.X(i - Shift), plot.Y(value), looks[Single]);
            if (category.Values.Count > 0)
                DrawMean(plot, plot.X(i), plot.Y(category.Values.Average()), [.. Ends(category).Select(plot.Y)], looks[Middle]);
            if (category.Expected is { } expected)
                DrawRing(plot, plot.X(i + Shift), plot.Y(expected), looks[Elsewhere]);
        }
    }

    internal override void DrawKey(SvgPlot plot, string name, Look look, double x, double y)
    {
        switch (name)
        {
            case Single:
                DrawDot(plot, x + 11, y, look);
                break;
            case Middle:
                DrawMean(plot, x + 11, y, [y + 6, y - 6], look);
                break;
            default:
                DrawRing(plot, x + 11, y, look);
                break;
        }
    }

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        var all = Categories.SelectMany(c => c.Values.Select(v => (c.Category, Value: v))).ToList();
        yield return Trace(Single, all, "circle", Dot, looks);

        var measured = Categories.Where(c => c.Values.Count > 0).ToList();
        var mean = Trace(Middle, [.. measured.Select(c => (c.Category, c.Values.Average()))], "line-ew-open", 2 * Ring, looks);
        mean["error_y"] = new JsonObject
        {
            ["type"] = "data",
            ["array"] = PlotlyJson.Numbers([.. measured.Select(c => c.HalfInterval ?? 0)]),
            ["color"] = looks[Middle].Colour.ToString(),
            ["thickness"] = 1.4,
            ["width"] = 4,
        };
        yield return mean;

        var expected = Categories.Where(c => c.Expected is not null).Select(c => (c.Category, c.Expected!.Value)).ToList();
        if (expected.Count > 0)
            yield return Trace(Elsewhere, expected, "circle-open", Ring, looks);
    }

    internal override void Adapt(JsonObject xAxis, JsonObject yAxis)
    {
        xAxis["type"] = "category";
        xAxis["categoryorder"] = "array";
        xAxis["categoryarray"] = new JsonArray([.. Categories.Select(c => (JsonNode)c.Category)]);
        xAxis["showgrid"] = false;
    }

    private static IEnumerable<double> Ends(Estimate category) =>
        category is { HalfInterval: { } half, Values.Count: > 0 }
            ? [category.Values.Average() - half, category.Values.Average() + half]
            : [];

    private static void DrawDot(SvgPlot plot, double x, double y, Look look) =>
        plot.Path(SvgPlot.Invariant($"M{x:0.#} {y:0.#}h0"), look.Colour.ToString(), Dot);

    private static void DrawMean(SvgPlot plot, double x, double y, double[] ends, Look look)
    {
        plot.Path(SvgPlot.Invariant($"M{x - Ring:0.#} {y:0.#}h{2 * Ring:0.#}"), look.Colour.ToString(), 2.4);
        if (ends is [var low, var high])
            plot.Path(
                SvgPlot.Invariant($"M{x:0.#} {low:0.#}V{high:0.#}M{x - 4:0.#} {low:0.#}h8M{x - 4:0.#} {high:0.#}h8"),
                look.Colour.ToString(),
                1.4
            );
    }

    private static void DrawRing(SvgPlot plot, double x, double y, Look look)
    {
        plot.Path(SvgPlot.Invariant($"M{x:0.#} {y:0.#}h0"), look.Colour.ToString(), Ring);
        plot.Path(SvgPlot.Invariant($"M{x:0.#} {y:0.#}h0"), "#fff", Ring - 3);
    }

    private static JsonObject Trace(
        string name,
        IReadOnlyList<(string Category, double Value)> points,
        string symbol,
        double size,
        Looks looks
    ) =>
        new()
        {
            ["type"] = "scatter",
            ["mode"] = "markers",
            ["name"] = name,
            ["x"] = new JsonArray([.. points.Select(p => (JsonNode)p.Category)]),
            ["y"] = PlotlyJson.Numbers([.. points.Select(p => p.Value)]),
            ["marker"] = new JsonObject
            {
                ["color"] = looks[name].Colour.ToString(),
                ["symbol"] = symbol,
                ["size"] = size,
                ["line"] = new JsonObject { ["color"] = looks[name].Colour.ToString(), ["width"] = 2 },
            },
        };
}
