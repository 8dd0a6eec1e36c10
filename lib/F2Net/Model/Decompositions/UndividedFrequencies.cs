using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>No decomposition, for ablations: both the low and the high output are the whole projection.</summary>
/// <remarks>Input (B, Cin, H, W); low = high = projection (B, C, H, W), so here low + high is twice the projection.</remarks>
public sealed class UndividedFrequencies : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private readonly Conv2d proj;

    public UndividedFrequencies(long inChannels = 3, long embedChannels = 32)
        : base(nameof(UndividedFrequencies))
    {
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        RegisterComponents();
    }

    public long? Reach(long height) => 0;

    public override Frequencies forward(Tensor image)
    {
        var x = ConvolutionLayer.Apply(proj, image);
        return new(x, x.alias());
    }
}
