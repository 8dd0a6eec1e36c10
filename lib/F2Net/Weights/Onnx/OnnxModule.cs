using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>
/// A module of a network with its weights, found by state name, and the graph that its forward pass goes to. What each module computes is
/// written as an extension beside this class, in evaluation mode and statement by statement as the module itself does.
/// </summary>
/// <param name="state">Of the whole network.</param>
/// <param name="prefix">The module's place in it: empty, or a path that ends with a dot.</param>
internal sealed class OnnxModule(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> state, string prefix = "")
{
    // PyTorch's default for every norm, which no module changes.
    private const float Epsilon = 1e-5f;

    /// <summary>A part of this module.</summary>
    internal OnnxModule this[string part] => new(graph, state, $"{prefix}{part}.");

    internal OnnxModule this[int index] => this[$"{index}"];

    internal bool Has(string name) => state.ContainsKey(prefix + name);

    /// <summary>How many parts a list of modules has.</summary>
    internal int Count =>
        state
            .Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..].Split('.')[0])
            .Distinct(StringComparer.Ordinal)
            .Count();

    internal OnnxValue Weight(string name) => graph.Weight(prefix + name, state[prefix + name]);

    /// <summary>A weight in the form that the graph reads it in.</summary>
    /// <param name="form">Says so behind the name.</param>
    internal OnnxValue Weight(string name, string form, Func<Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        return graph.Weight($"{prefix}{name}.{form}", change(state[prefix + name]));
    }

    /// <summary>This module is a convolution.</summary>
    internal OnnxValue Conv(OnnxValue x, long stride = 1, long padding = 0, long dilation = 1) =>
        x.Conv(Weight("weight"), Has("bias") ? Weight("bias") : null, stride, padding, dilation);

    /// <summary>This module is a linear layer, on the last axis.</summary>
    internal OnnxValue Linear(OnnxValue x)
    {
        var product = x.MatMul(Weight("weight", "T", w => w.transpose(0, 1)));
        return Has("bias") ? product + Weight("bias") : product;
    }

    /// <summary>This module is a layer norm, on the last axis.</summary>
    internal OnnxValue LayerNorm(OnnxValue x) =>
        graph.Node(
            "LayerNormalization",
            x.Shape,
            [x, Weight("weight"), Weight("bias")],
            OnnxAttribute.Of("axis", -1),
            OnnxAttribute.Of("epsilon", Epsilon)
        );

    /// <summary>This module is a batch norm with its running statistics.</summary>
    internal OnnxValue BatchNorm(OnnxValue x) =>
        graph.Node(
            "BatchNormalization",
            x.Shape,
            [x, Weight("weight"), Weight("bias"), Weight("running_mean"), Weight("running_var")],
            OnnxAttribute.Of("epsilon", Epsilon)
        );
}
