using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// The first level of a Laplacian pyramid (Burt and Adelson 1983) in AFD's place: low is the projection blurred, halved and
/// enlarged again, high the level's residual.
/// </summary>
/// <remarks>Input (B, Cin, H, W); low and high (B, C, H, W); low + high = projection.</remarks>
public sealed class LaplacianPyramidDecomposition : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private readonly Conv2d proj;

    public LaplacianPyramidDecomposition(long inChannels = 3, long embedChannels = 32)
        : base(nameof(LaplacianPyramidDecomposition))
    {
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        RegisterComponents();
    }

    // Two rows of the halved map, each of two rows blurred over five; an odd height is not halved exactly, and every row then lies elsewhere
    // between its neighbours.
    public long? Reach(long height) => height % 2 == 0 ? 6 : null;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var x = ConvolutionLayer.Apply(proj, image); // (B, C, H, W)
        var blurred = SeparableFilter.Apply(x, SeparableFilter.Binomial);
        var reduced = Resize.To(blurred, (x.shape[2] + 1) / 2, (x.shape[3] + 1) / 2); // (B, C, ⌈H/2⌉, ⌈W/2⌉)
        var low = Resize.To(reduced, x.shape[2], x.shape[3]);
        return new Frequencies(low, x - low).MoveToOuterDisposeScope();
    }
}
