using F2Net.Kernels.Convolutions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.ShortRange;

/// <summary>Atrous spatial pyramid pooling (DeepLabv3, Chen et al. 2017): four dilations and the mean side by side, then a bottleneck.</summary>
/// <remarks>
/// Input (B, Cin, h, w); output (B, C, h, w). A dilation beyond the training crops' size never meets a gradient in its outer taps, which
/// then stay random; and a mean over a crop says what lies near, over a whole image hardly anything. Dilations and the mean's window
/// can be chosen to fit the crops (a mean over windows of the training size at inference: Chu et al. 2022). The pooled part has a one-group GroupNorm, not a BatchNorm, so a batch of one can be
/// trained on.
/// </remarks>
public sealed class Aspp : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> branches;
    private readonly Sequential image_pool,
        bottleneck;
    private readonly long? poolWindow;

    /// <param name="dilations">Of the three 3 x 3 convolutions; the paper's are 12, 24 and 36.</param>
    /// <param name="poolWindow">Side of the square around a position over which the mean goes, in evaluation; null for the whole map (the paper).</param>
    public Aspp(long inChannels, long channels, IReadOnlyList<int>? dilations = null, long? poolWindow = null)
        : base(nameof(Aspp))
    {
        this.poolWindow = poolWindow;
        branches = nn.ModuleList<Sequential>([
            Activated(nn.Conv2d(inChannels, channels, 1, bias: false), channels),
            .. (dilations ?? [12, 24, 36]).Select(d => Activated(Dilated(inChannels, channels, d), channels)),
        ]);
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
        var pooled = training || poolWindow is not { } window ? Pool(x) : PoolNear(x, window); // (B, C, h, w)
        var all = SideBySide(x, pooled); // (B, 5C, h, w)
        return NormedConvolution.Call(bottleneck[0], bottleneck[1], all).MoveToOuterDisposeScope();
    }

    private Tensor SideBySide(Tensor x, Tensor pooled)
    {
        var channels = pooled.shape[1];
        if (!NormedConvolution.Folds((BatchNorm2d)branches[0][1], x))
            return cat([.. branches.Select(branch => NormedConvolution.Call(branch[0], branch[1], x)), pooled], 1);
        var all = empty([x.shape[0], (branches.Count + 1) * channels, x.shape[2], x.shape[3]], dtype: x.dtype, device: x.device);
        for (var i = 0; i < branches.Count; i++)
            NormedConvolution.Write((Conv2d)branches[i][0], (BatchNorm2d)branches[i][1], x, null, relu: true, all, i * channels);
        all.narrow(1, branches.Count * channels, channels).copy_(pooled);
        return all;
    }

    private Tensor Pool(Tensor x) => image_pool.call(x).expand(-1, -1, x.shape[2], x.shape[3]);

    // What Pool would say of a crop around each position; at the edges the crop moves inwards.
    private Tensor PoolNear(Tensor x, long window)
    {
        var (height, width) = (Math.Min(window, x.shape[2]), Math.Min(window, x.shape[3]));
        var (conv, norm) = ((Conv2d)image_pool[1], (GroupNorm)image_pool[2]);
        var means = nn.functional.avg_pool2d(conv.call(x), [height, width], [1, 1]); // (B, C, h - height + 1, w - width + 1)
        var normed = nn.functional.layer_norm(means.permute(0, 2, 3, 1), [means.shape[1]], norm.weight, norm.bias, norm.eps);
        var (down, across) = ((height - 1) / 2, (width - 1) / 2);
        return nn.functional.pad(
            normed.permute(0, 3, 1, 2).relu(),
            [across, width - 1 - across, down, height - 1 - down],
            PaddingModes.Replicate
        );
    }

    private static Conv2d Dilated(long inChannels, long channels, long dilation) =>
        nn.Conv2d(inChannels, channels, 3, 1, dilation, dilation, bias: false);

    private static Sequential Activated(Conv2d conv, long channels) => nn.Sequential(conv, nn.BatchNorm2d(channels), nn.ReLU());
}
