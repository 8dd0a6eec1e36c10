using F2Net.Kernels.LowPass;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// AFD twice, for three bands: what the first low-pass keeps is halved, and a second one with generators of its own keeps the low
/// frequencies of that; the middle band is what lies between the two.
/// </summary>
/// <remarks>
/// Input (B, Cin, H, W), outputs (B, C, H, W) with low + mid + high = projection. The second split works on 2 x 2 means because a 3 x 3 kernel
/// again at full size would hardly filter what the first has let pass; on the halved map the same kernel reaches an octave lower, as in a
/// pyramid, and costs a quarter. An odd height or width is continued by its last row or column. High and the state names that
/// <see cref="AdaptiveFrequencyDecomposition"/> has are its.
/// </remarks>
public sealed class ThreeBandDecomposition : AdaptiveDecomposition
{
    private readonly ModuleList<Conv2d> coarse_filter_gen;

    /// <inheritdoc cref="AdaptiveDecomposition(string, long, long, long, long)"/>
    public ThreeBandDecomposition(long inChannels = 3, long embedChannels = 32, long groups = 8, long kernelSize = 3)
        : base(nameof(ThreeBandDecomposition), inChannels, embedChannels, groups, kernelSize)
    {
        coarse_filter_gen = Generators(embedChannels);
        RegisterComponents();
    }

    // The first low-pass; a pair of rows for each halved row that the second reads, and one more of these for the enlargement.
    public override long? Reach(long height) => FilterReach + 2 * (FilterReach + 1) + 1;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Joined(filter_gen);
        var (smooth, high) = AdaptiveLowPass.Split(image, proj.weight, proj.bias!, weight, bias, groups);
        var low = Coarse(smooth);
        return new Frequencies(low, high) { Mid = smooth - low }.MoveToOuterDisposeScope();
    }

    private Tensor Coarse(Tensor smooth)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (smooth.shape[2], smooth.shape[3]);
        var even = nn.functional.pad(smooth, [0, width % 2, 0, height % 2], PaddingModes.Replicate);
        var (weight, bias) = Joined(coarse_filter_gen);
        var halved = AdaptiveLowPass.Apply(nn.functional.avg_pool2d(even, [2, 2]), weight, bias, groups); // (B, C, ⌈H/2⌉, ⌈W/2⌉)
        return Resize.To(halved, even.shape[2], even.shape[3]).narrow(2, 0, height).narrow(3, 0, width).MoveToOuterDisposeScope();
    }
}
