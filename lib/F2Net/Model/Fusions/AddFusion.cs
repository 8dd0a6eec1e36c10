using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>HFF without its gates: both maps projected by 1 x 1 convolutions and added.</summary>
/// <remarks>Inputs (B, Ca, h, w) and (B, Cb, h', w'), the second resized bilinearly; output (B, Cout, h, w).</remarks>
public sealed class AddFusion : nn.Module<Tensor, Tensor, Tensor>, IFeatureFusion
{
    private readonly Conv2d proj_a,
        proj_b;

    public AddFusion(long inChannelsA, long inChannelsB, long outChannels)
        : base(nameof(AddFusion))
    {
        proj_a = nn.Conv2d(inChannelsA, outChannels, 1);
        proj_b = nn.Conv2d(inChannelsB, outChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var resized = Resize.To(ConvolutionLayer.Apply(proj_b, b), a.shape[2], a.shape[3]);
        return (ConvolutionLayer.Apply(proj_a, a) + resized).MoveToOuterDisposeScope(); // (B, Cout, h, w)
    }
}
