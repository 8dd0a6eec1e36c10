using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>The plainest fusion in HFF's place: both maps stacked, then one 1 x 1 convolution.</summary>
/// <remarks>Inputs (B, Ca, h, w) and (B, Cb, h', w'), the second resized bilinearly; output (B, Cout, h, w).</remarks>
public sealed class ConcatFusion : nn.Module<Tensor, Tensor, Tensor>, IFeatureFusion
{
    private readonly Conv2d proj;

    public ConcatFusion(long inChannelsA, long inChannelsB, long outChannels)
        : base(nameof(ConcatFusion))
    {
        proj = nn.Conv2d(inChannelsA + inChannelsB, outChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var resized = Resize.To(b, a.shape[2], a.shape[3]);
        return ConvolutionLayer.Apply(proj, cat([a, resized], 1)).MoveToOuterDisposeScope(); // (B, Cout, h, w)
    }
}
