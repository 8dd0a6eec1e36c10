using F2Net.Kernels.Convolutions;
using F2Net.Model.ShortRange;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>
/// A shallow convolutional encoder of the high frequencies at full resolution, in the way of ISDNet (Guo et al. 2022): two convolutions to stride 4
/// and two residual blocks at stride 8, where ISDNet has the first stages of STDC.
/// </summary>
/// <remarks>Input (B, Cin, H, W); output F_m (B, C, ⌈H/8⌉, ⌈W/8⌉), with each stride-2 step rounding up.</remarks>
public sealed class ShallowEncoder : nn.Module<Tensor, Tensor>, IHighFrequencyEncoder
{
    private readonly Sequential stem,
        stage;

    /// <param name="inChannels">Cin.</param>
    /// <param name="fineChannels">C0, the width at stride 4, even.</param>
    /// <param name="channels">C.</param>
    public ShallowEncoder(long inChannels, long fineChannels, long channels)
        : base(nameof(ShallowEncoder))
    {
        stem = nn.Sequential(
            nn.Conv2d(inChannels, fineChannels / 2, 3, 2, 1, bias: false),
            nn.BatchNorm2d(fineChannels / 2),
            nn.ReLU(),
            nn.Conv2d(fineChannels / 2, fineChannels, 3, 2, 1, bias: false),
            nn.BatchNorm2d(fineChannels),
            nn.ReLU()
        );
        stage = nn.Sequential(new BasicBlock(fineChannels, channels, stride: 2, downsample: true), new BasicBlock(channels, channels));
        RegisterComponents();
    }

    public nn.Module LastBlock => (nn.Module)stage[1];

    public Tensor Embed(Tensor x)
    {
        using var half = NormedConvolution.Call(stem[0], stem[1], x); // (B, C0/2, ⌈H/2⌉, ⌈W/2⌉)
        return NormedConvolution.Call(stem[3], stem[4], half); // (B, C0, ⌈H/4⌉, ⌈W/4⌉)
    }

    public Tensor Deepen(Tensor owned, Action? stageDone = null)
    {
        var features = stage.call(owned);
        owned.Dispose();
        stageDone?.Invoke();
        return features; // (B, C, ⌈H/8⌉, ⌈W/8⌉)
    }

    public override Tensor forward(Tensor x) => Deepen(Embed(x));
}
