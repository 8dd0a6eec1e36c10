using F2Net.Model;
using F2Net.Model.Heads;

namespace F2Net.Weights.Onnx;

/// <summary>What turns the fused features into logits at the image's size.</summary>
internal static class OnnxHeads
{
    /// <param name="fine">Features at stride 4; null for a head that does not read them.</param>
    internal static OnnxValue Head(this OnnxModule m, OnnxValue fused, OnnxValue? fine, OnnxFrequencies pixels, F2NetConfig config)
    {
        var context = m.Context(fused, config.Head == HeadKind.Coarse ? null : fine);
        var (height, width) = (pixels.Low.Shape[2], pixels.Low.Shape[3]);
        return config.Head switch
        {
            HeadKind.Coarse or HeadKind.Fine => m.Classify(context).ResizeTo(height, width),
            HeadKind.Pixel => m.Classify(context.ResizeTo(height, width) + m.Pixels(pixels)),
            _ => throw Variants.Unknown(config.Head),
        };
    }

    /// <summary><see cref="SegmentationHead"/>: coarse and fine features in one map.</summary>
    private static OnnxValue Context(this OnnxModule m, OnnxValue fused, OnnxValue? fine)
    {
        var coarse = m[1].BatchNorm(m[0].Conv(fused, padding: 1)); // (B, C, h, w)
        return fine is null ? coarse : coarse.ResizeTo(fine.Shape[2], fine.Shape[3]) + m["fine"][1].BatchNorm(m["fine"][0].Conv(fine)); // (B, C, h', w')
    }

    private static OnnxValue Classify(this OnnxModule m, OnnxValue context) => m[3].Conv(context.Relu());

    /// <summary><see cref="PixelHead"/>: what each pixel's own frequencies say, (B, C, H, W).</summary>
    private static OnnxValue Pixels(this OnnxModule m, OnnxFrequencies pixels) =>
        m["pixel"].BatchNorm(m["low"].Conv(pixels.Below) + m["high"].Conv(pixels.High));
}
