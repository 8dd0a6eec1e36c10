using F2Net.Kernels.Channels;
using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Norms;
using F2Net.Kernels.Perceptrons;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>VMamba's patch embedding, version 2: two convolutions of stride 2 with norms, a GELU between them.</summary>
/// <remarks>Input (B, Cin, H, W); output channel-last (B, ⌈H/4⌉, ⌈W/4⌉, C). State names are the indexes in the official sequence.</remarks>
public sealed class PatchEmbed : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "0")]
    private readonly Conv2d first;

    [ComponentName(Name = "2")]
    private readonly LayerNorm firstNorm;

    [ComponentName(Name = "5")]
    private readonly Conv2d second;

    [ComponentName(Name = "7")]
    private readonly LayerNorm secondNorm;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">C; half as many after the first convolution.</param>
    public PatchEmbed(long inChannels, long channels)
        : base(nameof(PatchEmbed))
    {
        first = nn.Conv2d(inChannels, channels / 2, 3, stride: 2, padding: 1L);
        firstNorm = nn.LayerNorm(channels / 2);
        second = nn.Conv2d(channels / 2, channels, 3, stride: 2, padding: 1L);
        secondNorm = nn.LayerNorm(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var half = GeluActivation.Apply(ChannelNorm.Apply(firstNorm, ChannelOrder.Last(ConvolutionLayer.Apply(first, x)))); // (B, ⌈H/2⌉, ⌈W/2⌉, C/2)
        var quarter = ChannelOrder.Last(ConvolutionLayer.Apply(second, ChannelOrder.Second(half)));
        return ChannelNorm.Apply(secondNorm, quarter).MoveToOuterDisposeScope();
    }
}
