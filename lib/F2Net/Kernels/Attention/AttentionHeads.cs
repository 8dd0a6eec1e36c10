using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>Where one of attention's operands lies: for each image and head a matrix of tokens by channels, its channels side by side.</summary>
internal readonly unsafe struct AttentionHeads
{
    private readonly float* start;
    private readonly long batchStride,
        headStride;

    /// <summary>Tokens of a head, and the distance between two of them.</summary>
    internal readonly int Tokens;
    internal readonly long Row;

    private AttentionHeads(float* start, long batchStride, long headStride, long row, long tokens)
    {
        this.start = start;
        (this.batchStride, this.headStride, Row, Tokens) = (batchStride, headStride, row, checked((int)tokens));
    }

    /// <param name="x">(B, heads, L, d), contiguous.</param>
    internal static AttentionHeads Of(Tensor x)
    {
        var (heads, tokens, width) = (x.shape[1], x.shape[2], x.shape[3]);
        return new(Simd.Start(x), heads * tokens * width, tokens * width, width, tokens);
    }

    /// <param name="x">(B, L, parts·heads·d), contiguous.</param>
    /// <param name="part">Which of the parts.</param>
    internal static AttentionHeads Of(Tensor x, int part, int parts, long heads)
    {
        var (tokens, row) = (x.shape[1], x.shape[2]);
        return new(Simd.Start(x) + row / parts * part, tokens * row, row / parts / heads, row, tokens);
    }

    internal float* Head(long image, long head) => start + image * batchStride + head * headStride;
}
