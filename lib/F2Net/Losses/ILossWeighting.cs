using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>λ of Eq. 18.</summary>
/// <param name="Alignment">Of CFAL.</param>
/// <param name="Balance">Of CFBL.</param>
/// <param name="Task">Of the cross-entropy.</param>
public readonly record struct LossWeights(double Alignment, double Balance, double Task);

/// <summary>How the losses' weights are found.</summary>
public enum LossWeighting
{
    /// <summary>Given, and the same in every step (Eq. 18).</summary>
    Fixed,

    /// <summary>Learned from where they are given, by the uncertainty of each loss.</summary>
    Learned,
}

/// <summary>Weighs the losses.</summary>
public interface ILossWeighting
{
    /// <summary>The weights as they are now.</summary>
    LossWeights Weights { get; }

    /// <summary>What is trained with the network; empty where nothing is. No weight decay: it would draw every weight to 1.</summary>
    IReadOnlyList<Parameter> Trained { get; }

    /// <summary>The total of three scalars, a scalar.</summary>
    Tensor Total(Tensor alignment, Tensor balance, Tensor crossEntropy);
}
