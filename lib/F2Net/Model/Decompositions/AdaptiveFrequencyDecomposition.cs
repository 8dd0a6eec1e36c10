using F2Net.Kernels.LowPass;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// Adaptive frequency decomposition (AFD, Eq. 2-7): a low-pass kernel per pixel and channel group, predicted from the
/// projected image; the high frequencies are what it leaves over.
/// </summary>
/// <remarks>
/// Input (B, Cin, H, W), outputs low and high (B, C, H, W) with low + high = projection. The high-pass kernel is thus the identity minus the
/// low-pass, as in the authors' code; <see cref="AllOnesFrequencyDecomposition"/> has the other reading.
/// </remarks>
public sealed class AdaptiveFrequencyDecomposition : AdaptiveDecomposition
{
    /// <inheritdoc cref="AdaptiveDecomposition(string, long, long, long, long)"/>
    public AdaptiveFrequencyDecomposition(long inChannels = 3, long embedChannels = 32, long groups = 8, long kernelSize = 3)
        : base(nameof(AdaptiveFrequencyDecomposition), inChannels, embedChannels, groups, kernelSize) => RegisterComponents();

    public override long? Reach(long height) => FilterReach;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Joined(filter_gen);
        var (low, high) = AdaptiveLowPass.Split(image, proj.weight, proj.bias!, weight, bias, groups); // Eq. 3-5, 7
        return new Frequencies(low, high).MoveToOuterDisposeScope();
    }
}
