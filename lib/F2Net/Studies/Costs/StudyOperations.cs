using F2Net.Benchmarks;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Studies.Costs;

/// <summary>Operations of a row's network on one image, counted from its weights and not measured.</summary>
/// <param name="Fusions">Of the two fusions.</param>
/// <param name="Network">Of the network whole, the fusions included.</param>
public sealed record StudyOperations(Operations Fusions, Operations Network)
{
    /// <summary>For a square image, with the classes of the paper's DeepGlobe.</summary>
    /// <param name="side">In pixels.</param>
    public static StudyOperations Of(StudyPreset preset, StudyRow row, int side)
    {
        using var scope = NewDisposeScope();
        using var model = new F2NetModel(row.Network(preset.Network(F2NetConfig.Paper().Classes)));
        model.eval();
        var parts = OperationCounter.Of(model, side, side);
        return new(Sum(parts.Where(p => p.Part is NetworkPart.LowFusion or NetworkPart.Fusion)), Sum(parts));
    }

    private static Operations Sum(IEnumerable<PartOperations> parts) =>
        parts.Aggregate(Operations.None, (sum, part) => sum + part.Operations);
}
