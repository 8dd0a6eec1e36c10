using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>A fixed low-pass in AFD's place: low is the projection under a Gaussian, high the rest.</summary>
/// <remarks>Input (B, Cin, H, W); low and high (B, C, H, W); low + high = projection. The border is continued, so a constant image has no high part.</remarks>
public sealed class GaussianDecomposition : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private readonly Conv2d proj;
    private readonly double[] taps;

    internal const double Sigma = 1.5;

    /// <param name="sigma">Standard deviation in pixels, above 0.</param>
    public GaussianDecomposition(long inChannels = 3, long embedChannels = 32, double sigma = Sigma)
        : base(nameof(GaussianDecomposition))
    {
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        taps = SeparableFilter.Gaussian(sigma);
        RegisterComponents();
    }

    public long? Reach(long height) => taps.Length / 2;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var x = ConvolutionLayer.Apply(proj, image);
        var low = SeparableFilter.Apply(x, taps);
        return new Frequencies(low, x - low).MoveToOuterDisposeScope();
    }
}
