using F2Net.Kernels.Convolutions;
using F2Net.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>
/// Cross-frequency alignment loss (CFAL, Eq. 16): low- and high-frequency features are projected to a common width, read as
/// distributions over channels, and drawn together by their symmetric Kullback-Leibler divergence.
/// </summary>
/// <remarks>
/// Inputs F_sl (B, Csl, h, w) and F_m (B, Cm, h', w'), the latter resized bilinearly; output a scalar, at least 0. Nothing is detached.
/// </remarks>
public sealed class CrossFrequencyAlignmentLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Conv2d proj_sl,
        proj_m;

    /// <param name="channelsSl">Csl.</param>
    /// <param name="channelsM">Cm.</param>
    /// <param name="embedChannels">The common width.</param>
    public CrossFrequencyAlignmentLoss(long channelsSl, long channelsM, long embedChannels = 128)
        : base(nameof(CrossFrequencyAlignmentLoss))
    {
        proj_sl = nn.Conv2d(channelsSl, embedChannels, 1);
        proj_m = nn.Conv2d(channelsM, embedChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor lowFrequency, Tensor highFrequency)
    {
        using var scope = NewDisposeScope();
        var resized = Resize.To(highFrequency, lowFrequency.shape[2], lowFrequency.shape[3]);
        var logP = ConvolutionLayer.Apply(proj_sl, lowFrequency).log_softmax(1); // (B, C, h, w)
        var logQ = ConvolutionLayer.Apply(proj_m, resized).log_softmax(1); // (B, C, h, w)
        // KL(p‖q) + KL(q‖p) = Σ (p - q)(log p - log q)
        var divergence = ((logP.exp() - logQ.exp()) * (logP - logQ)).sum(1); // Eq. 16   (B, h, w)
        return (divergence.mean() * 0.5).MoveToOuterDisposeScope();
    }
}
