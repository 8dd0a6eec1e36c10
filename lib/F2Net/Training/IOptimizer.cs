using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>
/// One step down the accumulated gradients. Unlike torch.optim's, its state is open: named tensors that a checkpoint carries, so
/// that a resumed run continues to the same numbers.
/// </summary>
public interface IOptimizer
{
    /// <summary>Updates every parameter that has a gradient.</summary>
    void Step(double learningRate);

    /// <summary>The state by slot and parameter name ("momentum.head.0.weight"); copying into these tensors restores it.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }
}

/// <summary>A parameter under its name in the state dictionary.</summary>
public readonly record struct NamedParameter(string Name, Parameter Parameter)
{
    /// <summary>Whether an optimiser's weight decay draws it to 0.</summary>
    public bool Decays { get; init; } = true;
}
