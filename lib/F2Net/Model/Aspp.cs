using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Atrous spatial pyramid pooling (DeepLabv3, Chen et al. 2017): four dilations and the global mean side by side, then a bottleneck.</summary>
/// <remarks>Input (B, Cin, h, w); output (B, C, h, w). The pooled part has a one-group GroupNorm, not a BatchNorm, so a batch of one can be trained on.</remarks>
public sealed class Aspp : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> branches;
    private readonly Sequential image_pool,
        bottleneck;

    public Aspp(long inChannels, long channels)
        : base(nameof(Aspp))
    {
        branches = nn.ModuleList(
            Activated(nn.Conv2d(inChannels, channels, 1, bias: false), channels),
            Activated(Dilated(inChannels, channels, 12), channels),
            Activated(Dilated(inChannels, channels, 24), channels),
            Activated(Dilated(inChannels, channels, 36), channels)
        );
        image_pool = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(inChannels, channels, 1, bias: false),
            nn.GroupNorm(1, channels),
            nn.ReLU()
        );
        bottleneck = Activated(Dilated(5 * channels, channels, 1), channels);
        RegisterComponents();
    }

    /// <summary>The last convolution with its norm, whose parameters CFBL balances by default.</summary>
    public Sequential Bottleneck => bottleneck;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var pooled = image_pool.call(x).expand(-1, -1, x.shape[2], x.shape[3]); // (B, C, h, w)
        var all = cat([.. branches.Select(branch => branch.call(x)), pooled], 1); // (B, 5C, h, w)
        return bottleneck.call(all).MoveToOuterDisposeScope();
    }

    private static Conv2d Dilated(long inChannels, long channels, long dilation) =>
        nn.Conv2d(inChannels, channels, 3, 1, dilation, dilation, bias: false);

    private static Sequential Activated(Conv2d conv, long channels) => nn.Sequential(conv, nn.BatchNorm2d(channels), nn.ReLU());
}
