using F2Net.Model;
using F2Net.Model.Fusions;

namespace F2Net.Weights.Onnx;

/// <summary>What fuses two maps into one of the first one's size.</summary>
internal static class OnnxFusions
{
    internal static OnnxValue Fusion(this OnnxModule m, OnnxValue a, OnnxValue b, F2NetConfig config) =>
        config.Fusion switch
        {
            FusionKind.Hybrid => m.Hybrid(a, b),
            FusionKind.Concat => m.Concat(a, b),
            FusionKind.Add => m.Add(a, b),
            FusionKind.CrossAttention => m.CrossAttention(a, b),
            _ => throw Variants.Unknown(config.Fusion),
        };

    /// <summary><see cref="HybridFrequencyFusion"/>.</summary>
    private static OnnxValue Hybrid(this OnnxModule m, OnnxValue a, OnnxValue b)
    {
        var (batch, channelsA, channelsB) = (a.Shape[0], a.Shape[1], b.Shape[1]);
        var resized = b.ResizeTo(a.Shape[2], a.Shape[3]); // (B, Cb, h, w)
        var attentionA = m["att_a"].Gate(a.Mean(2, 3).Reshape(batch, channelsA)).Sigmoid(); // Eq. 12   (B, Ca)
        var attentionB = m["att_b"].Gate(resized.Mean(2, 3).Reshape(batch, channelsB)).Sigmoid(); // Eq. 12   (B, Cb)
        var affinity = (attentionA.Unsqueeze(2) * attentionB.Unsqueeze(1)).Sigmoid(); // Eq. 13   (B, Ca, Cb)
        var gateA = (m["cross_a"].Gate(affinity).Reshape(batch, channelsA) + attentionA).Sigmoid(); // Eq. 14   (B, Ca)
        var gateB = (m["cross_b"].Gate(affinity.T()).Reshape(batch, channelsB) + attentionB).Sigmoid(); // Eq. 14   (B, Cb)
        return m["proj_a"].Conv(a * gateA.Reshape(batch, channelsA, 1, 1))
            + m["proj_b"].Conv(resized * gateB.Reshape(batch, channelsB, 1, 1)); // Eq. 15
    }

    private static OnnxValue Gate(this OnnxModule m, OnnxValue x) => m[2].Linear(m[0].Linear(x).Relu());

    /// <summary><see cref="ConcatFusion"/>.</summary>
    private static OnnxValue Concat(this OnnxModule m, OnnxValue a, OnnxValue b) =>
        m["proj"].Conv(OnnxValue.Cat(1, a, b.ResizeTo(a.Shape[2], a.Shape[3])));

    /// <summary><see cref="AddFusion"/>.</summary>
    private static OnnxValue Add(this OnnxModule m, OnnxValue a, OnnxValue b) =>
        m["proj_a"].Conv(a) + m["proj_b"].Conv(b).ResizeTo(a.Shape[2], a.Shape[3]);

    /// <summary><see cref="CrossAttentionFusion"/>.</summary>
    private static OnnxValue CrossAttention(this OnnxModule m, OnnxValue a, OnnxValue b)
    {
        var projected = m["proj_a"].Conv(a); // (B, Cout, h, w)
        var answer = OnnxLongRangeBranch.Attention(Tokens(m["query"].Conv(a)), Tokens(m["key"].Conv(b)), Tokens(m["value"].Conv(b)));
        return projected + m["proj_b"].Conv(answer.T().Reshape(projected.Shape));
    }

    private static OnnxValue Tokens(OnnxValue map)
    {
        const long width = CrossAttentionFusion.HeadWidth;
        return map.Reshape(map.Shape[0], map.Shape[1] / width, width, map.Shape[2] * map.Shape[3]).T(); // (B, heads, L, 32)
    }
}
