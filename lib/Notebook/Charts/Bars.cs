using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>One bar a category, of one colour; a NaN leaves its category empty.</summary>
/// <param name="Errors">Half the length of each bar's error line, as a standard deviation.</param>
public sealed record BarGroup(string Name, IReadOnlyList<double> Values, IReadOnlyList<double>? Errors = null);

/// <summary>Groups of bars beside each other. One group alone over classes shows every class in its own colour.</summary>
public sealed record Bars : Mark
{
    private const double Share = 0.8;

    /// <exception cref="ArgumentException">A group has not one value, or not one error, a category.</exception>
    public Bars(IReadOnlyList<string> categories, IReadOnlyList<BarGroup> groups)
    {
        foreach (var group in groups)
        {
            if (group.Values.Count != categories.Count)
                throw new ArgumentException(
                    $"Bars '{group.Name}' have {group.Values.Count} values for {categories.Count} categories.",
                    nameof(groups)
                );
            if (group.Errors is { } errors && errors.Count != categories.Count)
                throw new ArgumentException(
                    $"Bars '{group.Name}' have {errors.Count} errors for {categories.Count} categories.",
                    nameof(groups)
                );
        }
        (Categories, Groups) = (categories, groups);
    }

    public IReadOnlyList<string> Categories { get; }

    public IReadOnlyList<BarGroup> Groups { get; }

    /// <summary>A single group needs no legend: title and axis say what it is.</summary>
    internal override IReadOnlyList<string> Names => Groups.Count > 1 ? [.. Groups.Select(g => g.Name)] : [];
    internal override bool IsEmpty => Groups.Count == 0 || Categories.Count == 0;
    internal override bool StandsOnZero => true;
    internal override Axis OwnX => Axis.Categories(Categories);
    internal override IEnumerable<double> Y =>
        Groups.SelectMany(g => g.Values.Concat(g.Errors is null ? [] : Ends(g, 1).Concat(Ends(g, -1))));

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        var width = Share / Groups.Count;
        var ground = Math.Min(plot.Bottom, plot.Y(0) is var zero && double.IsNaN(zero) ? plot.Bottom : zero);
        for (var g = 0; g < Groups.Count; g++)
        for (var c = 0; c < Categories.Count; c++)
        {
            var top = plot.Y(Groups[g].Values[c]);
            if (double.IsNaN(top))
                continue;
            var left = plot.X(c - Share / 2 + g * width);
            var right = plot.X(c - Share / 2 + (g + 1) * width);
            plot.Box(left + 1, Math.Min(top, ground), right - left - 2, Math.Abs(ground - top), LookOf(g, c, looks));
            if (Groups[g].Errors is { } errors)
                DrawError(plot, (left + right) / 2, Groups[g].Values[c], errors[c]);
        }
    }

    internal override void DrawKey(SvgPlot plot, string name, Look look, double x, double y) => plot.Box(x + 3, y - 7, 16, 13, look);

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        for (var g = 0; g < Groups.Count; g++)
        {
            var group = Groups[g];
            var bars = Enumerable.Range(0, Categories.Count).Select(c => LookOf(g, c, looks)).ToList();
            var trace = new JsonObject
            {
                ["type"] = "bar",
                ["name"] = group.Name,
                ["x"] = new JsonArray([.. Categories.Select(c => (JsonNode)c)]),
                ["y"] = PlotlyJson.Numbers(group.Values),
                ["marker"] = new JsonObject
                {
                    ["color"] = new JsonArray([.. bars.Select(b => (JsonNode)b.Colour.ToString())]),
                    ["line"] = new JsonObject
                    {
                        ["color"] = new JsonArray([.. bars.Select(b => (JsonNode)(b.IsPale ? Theme.EdgeInk : b.Colour.ToString()))]),
                        ["width"] = 0.8,
                    },
                },
            };
            if (group.Errors is { } errors)
                trace["error_y"] = new JsonObject
                {
                    ["type"] = "data",
                    ["array"] = PlotlyJson.Numbers(errors),
                    ["color"] = Theme.Ink,
                    ["thickness"] = 1.2,
                    ["width"] = 4,
                };
            yield return trace;
        }
    }

    internal override void Adapt(JsonObject xAxis, JsonObject yAxis)
    {
        xAxis["type"] = "category";
        xAxis["showgrid"] = false;
    }

    private Look LookOf(int group, int category, Looks looks) =>
        Groups.Count > 1 ? looks[Groups[group].Name] : looks.OfClass(Categories[category]) ?? new Look(Theme.Palette[0], 0);

    private static void DrawError(SvgPlot plot, double x, double value, double error)
    {
        // On a logarithmic axis the lower end may lie at no place at all.
        var (low, high) = (plot.Y(value - error) is var y && double.IsNaN(y) ? plot.Bottom : y, plot.Y(value + error));
        if (!double.IsNaN(high))
            plot.Path(SvgPlot.Invariant($"M{x:0.#} {low:0.#}V{high:0.#}M{x - 4:0.#} {low:0.#}h8M{x - 4:0.#} {high:0.#}h8"), Theme.Ink, 1.2);
    }

    private static IEnumerable<double> Ends(BarGroup group, int sign) => group.Values.Select((v, i) => v + sign * group.Errors![i]);
}
