using F2Net.Model;
using TorchSharp.Modules;

namespace F2Net.Benchmarks;

/// <summary>
/// Counts a built network's operations for an image's size from its weights: every weight is multiplied once at each position of what its
/// layer puts out, whichever kernel does it. Not counted: norms, activations, softmax, resizing, additions of maps.
/// </summary>
/// <remarks>For batch 1, in evaluation, with any fusion and head.</remarks>
public static class OperationCounter
{
    private const double RecurrenceOperations = 5; // decay, feed (2), read (2), for each state element

    /// <summary>Each part that the network has, in the order in which it runs.</summary>
    public static IReadOnlyList<PartOperations> Of(F2NetModel model, long height, long width)
    {
        var geometry = new Geometry(model, height, width);
        var weights = model.named_parameters().ToList();
        return
        [
            .. weights
                .Select(p => (Part: PartOf(p.name), Operations: Count(p.name, p.parameter, geometry.Positions)))
                .Concat(
                    weights
                        .Where(p => PartOf(p.name) == NetworkPart.Decomposition)
                        .Select(p => (Part: NetworkPart.Long, Operations: Count(p.name, p.parameter, geometry.ContextPositions)))
                )
                .Append((Part: NetworkPart.Long, Operations: Attention(model.Config, geometry)))
                .Append((Part: NetworkPart.LowFusion, Operations: Compared(model.Config, geometry.LowFusionPairs)))
                .Append((Part: NetworkPart.Fusion, Operations: Compared(model.Config, geometry.FusionPairs)))
                .Append((Part: NetworkPart.High, Operations: Recurrence(model.Config, geometry)))
                .GroupBy(p => p.Part, p => p.Operations)
                .OrderBy(g => g.Key)
                .Select(g => new PartOperations(g.Key, g.Aggregate((a, b) => a + b)))
                .Where(p => p.Operations.Total > 0),
        ];
    }

    /// <summary>The network whole.</summary>
    public static Operations Whole(F2NetModel model, long height, long width) =>
        Of(model, height, width).Aggregate(Operations.None, (sum, part) => sum + part.Operations);

    private static NetworkPart PartOf(string name) =>
        name.Split('.')[0] switch
        {
            "afd" => NetworkPart.Decomposition,
            "high" => NetworkPart.High,
            "short" => NetworkPart.Short,
            "long" => NetworkPart.Long,
            "hff_lf" => NetworkPart.LowFusion,
            "hff" => NetworkPart.Fusion,
            "head" => NetworkPart.Head,
            var other => throw new ArgumentException($"{other} is no part of F2Net.", nameof(name)),
        };

    private static Operations Count(string name, Parameter weight, Func<string[], long> positions)
    {
        var path = name.Split('.');
        var multiplied = 2.0 * weight.shape.Aggregate(1L, (a, b) => a * b);
        if (path[^1] == "x_proj_weight")
            return Operations.None with { Scan = multiplied * positions(path) };
        if (path[^1] != "weight" || weight.shape.Length < 2)
            return Operations.None; // biases, norms, learned positions, the scan's scalars
        var operations = multiplied * positions(path);
        return weight.shape.Length == 4 ? new(operations, 0, 0, 0) : new(0, operations, 0, 0);
    }

    private static Operations Attention(F2NetConfig config, Geometry geometry) =>
        !config.Has(Branch.Long) || config.LongEncoder != LongEncoderKind.VisionTransformer
            ? Operations.None
            : Operations.None with
            {
                Attention = 4.0 * config.LongDepth * config.LongWidth * geometry.Contexts * geometry.Tokens * geometry.Tokens,
            };

    // Every output channel of a pair takes part in the score and in the answer.
    private static Operations Compared(F2NetConfig config, double pairs) =>
        Operations.None with
        {
            Attention = 4 * pairs * config.FusionChannels,
        };

    private static Operations Recurrence(F2NetConfig config, Geometry geometry)
    {
        if (!config.Has(Branch.High) || config.HighEncoder != HighEncoderKind.StateSpace)
            return Operations.None;
        var states = config.HighDims.Select(
            (channels, i) =>
                (double)config.HighDepths[i] * config.HighDirections * channels * config.HighStateSize * geometry.StagePositions(i)
        );
        return Operations.None with { Scan = RecurrenceOperations * states.Sum() };
    }
}

/// <summary>One part's operations.</summary>
public readonly record struct PartOperations(NetworkPart Part, Operations Operations);
