using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.ShortRange;

/// <summary>ResNet's basic block (He et al. 2016) with dilation: two 3 x 3 convolutions and the identity, or a 1 x 1 convolution of it.</summary>
/// <remarks>Input (B, Cin, H, W); output (B, C, ⌈H/stride⌉, ⌈W/stride⌉).</remarks>
public sealed class BasicBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv1,
        conv2;
    private readonly BatchNorm2d bn1,
        bn2;
    private readonly Sequential? downsample;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">C.</param>
    /// <param name="dilation">Of both convolutions; the padding equals it.</param>
    /// <param name="downsample">Whether the identity goes through a 1 x 1 convolution; needed when its shape changes.</param>
    public BasicBlock(long inChannels, long channels, long stride = 1, long dilation = 1, bool downsample = false)
        : base(nameof(BasicBlock))
    {
        conv1 = nn.Conv2d(inChannels, channels, 3, stride, dilation, dilation, bias: false);
        bn1 = nn.BatchNorm2d(channels);
        conv2 = nn.Conv2d(channels, channels, 3, 1, dilation, dilation, bias: false);
        bn2 = nn.BatchNorm2d(channels);
        this.downsample = downsample
            ? nn.Sequential(nn.Conv2d(inChannels, channels, 1, stride, bias: false), nn.BatchNorm2d(channels))
            : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var inner = NormedConvolution.Call(conv1, bn1, x);
        var identity = downsample is null ? x : NormedConvolution.Call(downsample[0], downsample[1], x, relu: false);
        return NormedConvolution.Call(conv2, bn2, inner, identity).MoveToOuterDisposeScope();
    }
}
