using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="Model.LongRange.LongRangeBranch"/>: a ViT.</summary>
internal static class OnnxLongRangeBranch
{
    /// <param name="x">(B, C, h, w).</param>
    internal static OnnxValue LongRangeBranch(this OnnxModule m, OnnxValue x, F2NetConfig config)
    {
        var patches = m["patch_embed"].Conv(x, stride: config.LongPatch); // (B, C, h', w')
        var (height, width) = (patches.Shape[2], patches.Shape[3]);
        // The grid of tokens is known, so the learned positions are resized to it now.
        var positions = m.Weight("pos_embed", $"{height}x{width}", p => Positions(p, height, width));
        var tokens = (patches + positions).Reshape(x.Shape[0], config.LongWidth, height * width).Permute(0, 2, 1); // (B, h'·w', C)
        for (var i = 0; i < config.LongDepth; i++)
            tokens = m["blocks"][i].TransformerBlock(tokens, config.LongHeads);
        return m["norm"].LayerNorm(tokens).Permute(0, 2, 1).Reshape(patches.Shape);
    }

    private static Tensor Positions(Tensor learned, long height, long width) =>
        nn.functional.interpolate(learned, size: [height, width], mode: InterpolationMode.Bicubic, align_corners: false);

    /// <summary><see cref="Model.LongRange.TransformerBlock"/>.</summary>
    private static OnnxValue TransformerBlock(this OnnxModule m, OnnxValue x, long heads)
    {
        var attended = x + m["attn"].SelfAttention(m["norm1"].LayerNorm(x), heads);
        var hidden = m["mlp"][0].Linear(m["norm2"].LayerNorm(attended)).Gelu();
        return attended + m["mlp"][2].Linear(hidden);
    }

    /// <summary><see cref="Model.LongRange.SelfAttention"/>.</summary>
    private static OnnxValue SelfAttention(this OnnxModule m, OnnxValue x, long heads)
    {
        var (batch, length, channels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var three = m["qkv"].Linear(x).Reshape(batch, length, 3, heads, channels / heads).Permute(2, 0, 3, 1, 4); // (3, B, heads, L, d)
        OnnxValue Part(int i) => three.Narrow(0, i, 1).Reshape(batch, heads, length, channels / heads);
        var answer = Attention(Part(0), Part(1), Part(2));
        return m["proj"].Linear(answer.Permute(0, 2, 1, 3).Reshape(batch, length, channels));
    }

    /// <summary>Scaled dot-product attention; all are (B, heads, ·, d).</summary>
    internal static OnnxValue Attention(OnnxValue query, OnnxValue key, OnnxValue value) =>
        (query * (1 / Math.Sqrt(query.Shape[3]))).MatMul(key.T()).Softmax(3).MatMul(value);
}
