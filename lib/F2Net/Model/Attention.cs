using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017, Eq. 1), spelled out so that it can be differentiated twice.</summary>
internal static class Attention
{
    // 64 MiB of float32 scores: small beside the network's maps, large enough that a block is still one big matrix product.
    private const long MaximumScores = 1 << 24;

    /// <param name="query">(B, heads, L, d).</param>
    /// <param name="key">(B, heads, M, d).</param>
    /// <param name="value">(B, heads, M, d).</param>
    /// <returns>(B, heads, L, d).</returns>
    /// <remarks>Without gradients the queries go in blocks of rows, so that memory grows with L, not with L · M.</remarks>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        var length = query.shape[2];
        var rows = is_grad_enabled() ? length : Math.Max(1, MaximumScores / (query.shape[0] * query.shape[1] * key.shape[2]));
        if (rows >= length)
            return AttendRows(query, key, value);

        using var scope = NewDisposeScope();
        var blocks = new List<Tensor>();
        for (var start = 0L; start < length; start += rows)
            blocks.Add(AttendRows(query.narrow(2, start, Math.Min(rows, length - start)), key, value));
        return cat(blocks, 2).MoveToOuterDisposeScope();
    }

    /// <returns>(B, heads, L, M), rows summing to one.</returns>
    public static Tensor Weights(Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        return (query / Math.Sqrt(query.shape[3])).matmul(key.transpose(2, 3)).softmax(3).MoveToOuterDisposeScope();
    }

    private static Tensor AttendRows(Tensor query, Tensor key, Tensor value)
    {
        using var scope = NewDisposeScope();
        return Weights(query, key).matmul(value).MoveToOuterDisposeScope(); // (B, heads, rows, d)
    }
}
