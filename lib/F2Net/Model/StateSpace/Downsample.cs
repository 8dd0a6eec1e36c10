using F2Net.Kernels.Channels;
using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>VMamba's downsampling between stages, version 3: one convolution of stride 2 and a norm.</summary>
/// <remarks>Input channel-last (B, H, W, Cin); output (B, ⌈H/2⌉, ⌈W/2⌉, Cout). State names are the indexes in the official sequence.</remarks>
public sealed class Downsample : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "1")]
    private readonly Conv2d conv;

    [ComponentName(Name = "3")]
    private readonly LayerNorm norm;

    public Downsample(long inChannels, long outChannels)
        : base(nameof(Downsample))
    {
        conv = nn.Conv2d(inChannels, outChannels, 3, stride: 2, padding: 1L);
        norm = nn.LayerNorm(outChannels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return ChannelNorm.Apply(norm, ChannelOrder.Last(ConvolutionLayer.Apply(conv, ChannelOrder.Second(x)))).MoveToOuterDisposeScope();
    }
}
