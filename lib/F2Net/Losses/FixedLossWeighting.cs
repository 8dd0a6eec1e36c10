using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>The paper's weighting (Eq. 18): λ CFAL + λ CFBL + λ CE with given λ.</summary>
public sealed class FixedLossWeighting(LossWeights weights) : ILossWeighting
{
    public LossWeights Weights => weights;

    public IReadOnlyList<Parameter> Trained => [];

    public Tensor Total(Tensor alignment, Tensor balance, Tensor crossEntropy) =>
        weights.Alignment * alignment + weights.Task * crossEntropy + weights.Balance * balance; // Eq. 18
}
