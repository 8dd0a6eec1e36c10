using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>How often values fall into equal bins that all samples share.</summary>
public sealed record Histogram : Mark
{
    private const double Opacity = 0.55;

    private readonly IReadOnlyList<(string Name, double[] Heights)> samples;
    private readonly double low,
        width;
    private readonly int bins;

    /// <param name="share">Whether heights are shares of the sample, so that samples of unlike sizes compare, and no counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one bin.</exception>
    public Histogram(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> samples, int bins = 40, bool share = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (least, most) = ColourMap.Bounds(samples.SelectMany(s => s.Values), diverging: false);
        (low, width, this.bins) = (least, most > least ? (most - least) / bins : 1.0 / bins, bins);
        this.samples = [.. samples.Select(s => (s.Name, Count(s.Values, share)))];
    }

    internal override IReadOnlyList<string> Names => samples.Count > 1 ? [.. samples.Select(s => s.Name)] : [];
    internal override bool IsEmpty => samples.Count == 0;
    internal override bool StandsOnZero => true;
    internal override IEnumerable<double> X => [low, low + bins * width];
    internal override IEnumerable<double> Y => samples.SelectMany(s => s.Heights);

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        foreach (var (name, heights) in samples)
        {
            var look = LookOf(name, looks);
            // On a logarithmic axis an empty bin lies at no place at all.
            double Top(double height) => plot.Y(height) is var y && double.IsNaN(y) ? plot.Bottom : y;
            var steps = heights.Select((height, i) => SvgPlot.Invariant($"V{Top(height):0.#}H{plot.X(low + (i + 1) * width):0.#}"));
            var outline =
                SvgPlot.Invariant($"M{plot.X(low):0.#} {plot.Bottom:0.#}")
                + string.Concat(steps)
                + SvgPlot.Invariant($"V{plot.Bottom:0.#}");
            plot.Add($"<path d=\"{outline}\" fill=\"{look.Colour}\" fill-opacity=\"{Opacity}\"/>");
            plot.Path(outline, look.IsPale ? Theme.EdgeInk : look.Colour.ToString(), 1.2);
        }
    }

    internal override void DrawKey(SvgPlot plot, string name, Look look, double x, double y) =>
        plot.Box(x + 3, y - 7, 16, 13, look, Opacity);

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        foreach (var (name, heights) in samples)
        {
            var look = LookOf(name, looks);
            yield return new()
            {
                ["type"] = "bar",
                ["name"] = name,
                ["x"] = PlotlyJson.Numbers([.. heights.Select((_, i) => low + (i + 0.5) * width)]),
                ["y"] = PlotlyJson.Numbers(heights),
                ["width"] = PlotlyJson.Number(width),
                ["opacity"] = Opacity,
                ["marker"] = new JsonObject
                {
                    ["color"] = look.Colour.ToString(),
                    ["line"] = new JsonObject { ["color"] = look.IsPale ? Theme.EdgeInk : look.Colour.ToString(), ["width"] = 0.8 },
                },
            };
        }
    }

    private Look LookOf(string name, Looks looks) => samples.Count > 1 ? looks[name] : looks.OfClass(name) ?? new Look(Theme.Palette[0], 0);

    private double[] Count(IReadOnlyList<double> values, bool share)
    {
        var counts = new double[bins];
        var total = 0;
        foreach (var value in values.Where(double.IsFinite))
        {
            counts[Math.Min(bins - 1, (int)((value - low) / width))]++;
            total++;
        }
        return share && total > 0 ? [.. counts.Select(c => c / total)] : counts;
    }
}
