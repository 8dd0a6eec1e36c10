using F2Net.Model;
using F2Net.Model.LongRange;
using F2Net.Model.StateSpace;

namespace F2Net.Weights.Onnx;

/// <summary>What reads the high frequencies and the long-range branch's view, whichever encoder it is.</summary>
internal static class OnnxEncoders
{
    /// <summary><see cref="IHighFrequencyEncoder.Embed"/>: (B, C, H, W) to (B, C0, ⌈H/4⌉, ⌈W/4⌉).</summary>
    internal static OnnxValue EmbedHigh(this OnnxModule m, OnnxValue x, F2NetConfig config) =>
        config.HighEncoder switch
        {
            HighEncoderKind.StateSpace => m["vssm"]["patch_embed"].PatchEmbed(x).Permute(0, 3, 1, 2),
            HighEncoderKind.Shallow => m["stem"].ShallowStem(x),
            _ => throw Variants.Unknown(config.HighEncoder),
        };

    /// <summary><see cref="IHighFrequencyEncoder.Deepen"/>: to F_m.</summary>
    internal static OnnxValue DeepenHigh(this OnnxModule m, OnnxValue embedded, F2NetConfig config) =>
        config.HighEncoder switch
        {
            HighEncoderKind.StateSpace => m["vssm"]["layers"].Stages(embedded.Permute(0, 2, 3, 1)).Permute(0, 3, 1, 2),
            HighEncoderKind.Shallow => m["stage"].Layer(embedded, stride: 2, dilation: 1),
            _ => throw Variants.Unknown(config.HighEncoder),
        };

    /// <summary><see cref="Variants.FusionWithHigh"/>: F_sl and F_m in one map; either may be missing.</summary>
    internal static OnnxValue? JoinHigh(this OnnxModule m, OnnxValue? low, OnnxValue? high, F2NetConfig config) =>
        config.HighEncoder switch
        {
            HighEncoderKind.StateSpace => m.Join(low, high, config),
            HighEncoderKind.Shallow => m["exchanged"].Join(high, low, config),
            _ => throw Variants.Unknown(config.HighEncoder),
        };

    /// <summary><see cref="ILongRangeEncoder"/> whole: (B, C, h, w) to F_l.</summary>
    internal static OnnxValue LongEncoder(this OnnxModule m, OnnxValue x, F2NetConfig config) =>
        config.LongEncoder switch
        {
            LongEncoderKind.VisionTransformer => m.LongRangeBranch(x, config),
            LongEncoderKind.Convolutional => m.Deepen(m.Stem(x), config.ShortDilations, poolWindow: null),
            _ => throw Variants.Unknown(config.LongEncoder),
        };

    /// <summary><see cref="ShallowEncoder.Embed"/>.</summary>
    private static OnnxValue ShallowStem(this OnnxModule m, OnnxValue x)
    {
        var half = m[1].BatchNorm(m[0].Conv(x, stride: 2, padding: 1)).Relu();
        return m[4].BatchNorm(m[3].Conv(half, stride: 2, padding: 1)).Relu();
    }
}
