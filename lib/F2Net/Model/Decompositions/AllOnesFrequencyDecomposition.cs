using F2Net.Kernels.Convolutions;
using F2Net.Kernels.LowPass;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// AFD in the other reading of its high-pass kernel (Eq. 6): all ones minus the low-pass, 1 - w at every tap, and not the identity minus the
/// low-pass. So X_high is the sum over the kernel's window less X_low, and has 8 times the mean of a flat patch where k is 3.
/// </summary>
/// <remarks>
/// Input (B, Cin, H, W), outputs low and high (B, C, H, W); low + high is the projection's sum over k x k pixels, those outside the image zero.
/// Weights and their names are <see cref="AdaptiveFrequencyDecomposition"/>'s.
/// </remarks>
public sealed class AllOnesFrequencyDecomposition : AdaptiveDecomposition
{
    private readonly double[] ones;

    /// <inheritdoc cref="AdaptiveDecomposition(string, long, long, long, long)"/>
    public AllOnesFrequencyDecomposition(long inChannels = 3, long embedChannels = 32, long groups = 8, long kernelSize = 3)
        : base(nameof(AllOnesFrequencyDecomposition), inChannels, embedChannels, groups, kernelSize)
    {
        ones = [.. Enumerable.Repeat(1.0, (int)kernelSize)];
        RegisterComponents();
    }

    public override long? Reach(long height) => FilterReach;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Joined(filter_gen);
        var x = ConvolutionLayer.Apply(proj, image);
        var low = AdaptiveLowPass.Apply(x, weight, bias, groups); // Eq. 3-5
        var high = SeparableFilter.Apply(x, ones, PaddingModes.Constant) - low; // Eq. 6-7
        return new Frequencies(low, high).MoveToOuterDisposeScope();
    }
}
