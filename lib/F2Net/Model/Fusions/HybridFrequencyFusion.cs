using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>HFF's gates, all in (0, 1).</summary>
/// <param name="AttentionA">A_a, A_s of the low-frequency fusion: (B, Ca), Eq. 12.</param>
/// <param name="AttentionB">A_b, A_l of the low-frequency fusion: (B, Cb), Eq. 12.</param>
/// <param name="Affinity">M, (B, Ca, Cb), Eq. 13.</param>
/// <param name="GateA">What a is multiplied by, (B, Ca), Eq. 14.</param>
/// <param name="GateB">What b is multiplied by, (B, Cb), Eq. 14.</param>
public sealed record FusionGates(Tensor AttentionA, Tensor AttentionB, Tensor Affinity, Tensor GateA, Tensor GateB);

/// <summary>
/// Hybrid frequency fusion (HFF, Eq. 12-15): each map's channels are re-weighted by gates computed from both maps' global
/// means and their channel-by-channel affinity, then both are projected and added.
/// </summary>
/// <remarks>
/// Inputs a (B, Ca, h, w) and b (B, Cb, h', w'), b resized bilinearly to a's size where they differ; output (B, Cout, h, w).
/// All gates lie in (0, 1); no norm or activation follows.
/// </remarks>
public sealed class HybridFrequencyFusion : nn.Module<Tensor, Tensor, Tensor>, IFeatureFusion
{
    private readonly Sequential att_a,
        att_b,
        cross_a,
        cross_b;
    private readonly Conv2d proj_a,
        proj_b;

    /// <param name="inChannelsA">Ca.</param>
    /// <param name="inChannelsB">Cb.</param>
    /// <param name="outChannels">Cout.</param>
    /// <param name="reduction">The gates' hidden widths are Ca / r and Cb / r, but at least 8.</param>
    public HybridFrequencyFusion(long inChannelsA, long inChannelsB, long outChannels, long reduction = 4)
        : base(nameof(HybridFrequencyFusion))
    {
        att_a = Gate(inChannelsA, inChannelsA, reduction);
        att_b = Gate(inChannelsB, inChannelsB, reduction);
        cross_a = Gate(inChannelsB, 1, reduction);
        cross_b = Gate(inChannelsA, 1, reduction);
        proj_a = nn.Conv2d(inChannelsA, outChannels, 1);
        proj_b = nn.Conv2d(inChannelsB, outChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var resized = Resize.To(b, a.shape[2], a.shape[3]); // (B, Cb, h, w)
        var (_, _, _, gateA, gateB) = Gates(a, resized);
        var fused = ConvolutionLayer.Apply(proj_a, a * gateA.unsqueeze(2).unsqueeze(3)); // (B, Cout, h, w)
        return (fused + ConvolutionLayer.Apply(proj_b, resized * gateB.unsqueeze(2).unsqueeze(3))).MoveToOuterDisposeScope(); // Eq. 15
    }

    /// <summary>Every gate on the way, to look at; the maps may differ in size.</summary>
    public FusionGates Gates(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var attentionA = att_a.call(a.mean([2, 3])).sigmoid(); // Eq. 12   (B, Ca)
        var attentionB = att_b.call(b.mean([2, 3])).sigmoid(); // Eq. 12   (B, Cb)
        var affinity = (attentionA.unsqueeze(2) * attentionB.unsqueeze(1)).sigmoid(); // Eq. 13   (B, Ca, Cb)
        var gateA = (cross_a.call(affinity).squeeze(2) + attentionA).sigmoid(); // Eq. 14   (B, Ca)
        var gateB = (cross_b.call(affinity.transpose(1, 2)).squeeze(2) + attentionB).sigmoid(); // Eq. 14   (B, Cb)
        foreach (var gate in new[] { attentionA, attentionB, affinity, gateA, gateB })
            gate.MoveToOuterDisposeScope();
        return new(attentionA, attentionB, affinity, gateA, gateB);
    }

    private static Sequential Gate(long channels, long outputs, long reduction)
    {
        var hidden = Math.Max(channels / reduction, 8);
        return nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, outputs));
    }
}
