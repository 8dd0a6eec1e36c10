using F2Net.Losses;

namespace F2Net.Weights.Import;

/// <summary>The whole network under the authors' names, CFAL's projections included, or a checkpoint of a training run here.</summary>
/// <param name="landmark">A name of the network.</param>
internal sealed class F2NetSource(string landmark) : WeightSource
{
    public override string Name => "F2Net";

    public override string Target => "";

    public override string Landmark => landmark;

    // A run's checkpoint has its groups before a slash.
    public override string Prefix(WeightFile file) =>
        file.Shapes.Keys.Any(name => name.StartsWith("network/", StringComparison.Ordinal)) ? "" : base.Prefix(file);

    public override Placement? Place(string name, IReadOnlyDictionary<string, long[]> shapes) =>
        name.Split('/', 2) switch
        {
            ["network", var rest] => new(rest),
            ["loss", var rest] when F2NetLoss.IsPublished(rest) => new(rest),
            [_, _] => Placement.LeftBecause("what only going on with that training needs"),
            _ => new(name),
        };
}
