using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>
/// Multi-head scaled dot-product attention (Vaswani et al. 2017, Eq. 1). On the CPU in float32 the L x M weights exist only block by block,
/// forward and backward, and memory grows with L + M; on a GPU libtorch's own fused operator does the same, whose second derivative is the
/// reference's; the reference in tensor operators elsewhere.
/// </summary>
public static class FusedAttention
{
    // 64 MiB of float32 scores: small beside the network's maps, large enough that a block is still one big matrix product.
    private const long MaximumScores = 1 << 24;

    /// <param name="qkv">(B, L, 3·heads·d), as one linear layer gives them: queries, keys, values, each head after head.</param>
    /// <returns>(B, L, heads·d).</returns>
    public static Tensor Apply(Tensor qkv, long heads)
    {
        if (Simd.Takes(qkv))
            return Run(heads, qkv);
        using var scope = NewDisposeScope();
        var (batch, length, width) = (qkv.shape[0], qkv.shape[1], qkv.shape[2] / 3);
        var three = Split(qkv, heads);
        return Apply(three[0], three[1], three[2]).transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <param name="query">(B, heads, L, d).</param>
    /// <param name="key">(B, heads, M, d).</param>
    /// <param name="value">(B, heads, M, d).</param>
    /// <returns>(B, heads, L, d).</returns>
    public static Tensor Apply(Tensor query, Tensor key, Tensor value) =>
        Simd.Takes(query) ? Run(query.shape[1], query, key, value)
        : query.is_cuda ? Recomputed.Apply(t => nn.functional.scaled_dot_product_attention(t[0], t[1], t[2]), Rows, query, key, value)
        : Reference(query, key, value);

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor qkv, long heads)
    {
        using var scope = NewDisposeScope();
        var (batch, length, width) = (qkv.shape[0], qkv.shape[1], qkv.shape[2] / 3);
        var three = Split(qkv, heads);
        return Reference(three[0], three[1], three[2]).transpose(1, 2).reshape(batch, length, width).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Reference(Tensor, long)"/>
    /// <remarks>Without gradients the queries go in blocks of rows, so that memory grows with L, not with L · M.</remarks>
    public static Tensor Reference(Tensor query, Tensor key, Tensor value)
    {
        var length = query.shape[2];
        var rows = is_grad_enabled() ? length : Math.Max(1, MaximumScores / (query.shape[0] * query.shape[1] * key.shape[2]));
        if (rows >= length)
            return Rows(query, key, value);

        using var scope = NewDisposeScope();
        var blocks = new List<Tensor>();
        for (var start = 0L; start < length; start += rows)
            blocks.Add(Rows(query.narrow(2, start, Math.Min(rows, length - start)), key, value));
        return cat(blocks, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The weights, to look at.</summary>
    /// <param name="qkv">(B, L, 3·heads·d).</param>
    /// <returns>(B, heads, L, L), rows summing to one.</returns>
    public static Tensor Weights(Tensor qkv, long heads)
    {
        using var scope = NewDisposeScope();
        var three = Split(qkv, heads);
        return Weights(three[0], three[1]).MoveToOuterDisposeScope();
    }

    // Three times (B, heads, L, d).
    internal static Tensor[] Split(Tensor qkv, long heads)
    {
        var three = qkv.view(qkv.shape[0], qkv.shape[1], 3, heads, -1).permute(2, 0, 3, 1, 4);
        return [three.select(0, 0), three.select(0, 1), three.select(0, 2)];
    }

    private static Tensor Weights(Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        return (query / Math.Sqrt(query.shape[3])).matmul(key.transpose(2, 3)).softmax(3).MoveToOuterDisposeScope();
    }

    private static Tensor Rows(IList<Tensor> t) => Rows(t[0], t[1], t[2]);

    private static Tensor Rows(Tensor query, Tensor key, Tensor value)
    {
        using var scope = NewDisposeScope();
        return Weights(query, key).matmul(value).MoveToOuterDisposeScope(); // (B, heads, rows, d)
    }

    // One tensor, (B, L, 3·heads·d), or three, (B, heads, L, d).
    private static Tensor Run(long heads, params Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        List<Tensor> dense = [.. inputs.Select(t => t.contiguous())];
        var answer = is_grad_enabled() ? Fused.apply([heads, .. dense]) : Forward(heads, dense).Answer;
        return answer.MoveToOuterDisposeScope();
    }

    private static (Tensor Answer, Tensor LogSums) Forward(long heads, List<Tensor> inputs)
    {
        var shape = inputs[0].shape;
        var answer = inputs.Count == 1 ? empty(shape[0], shape[1], shape[2] / 3) : empty(shape);
        var logSums = empty(shape[0], heads, inputs.Count == 1 ? shape[1] : shape[2]);
        new AttentionForward(AttentionSet.Of(inputs, heads), Output(answer, heads), logSums).Run();
        return (answer, logSums);
    }

    internal static AttentionHeads Output(Tensor x, long heads) =>
        x.Dimensions == 3 ? AttentionHeads.Of(x, 0, 1, heads) : AttentionHeads.Of(x);

    private sealed class Fused : autograd.SingleTensorFunction<Fused>
    {
        public override string Name => nameof(FusedAttention);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var heads = (long)vars[0];
            List<Tensor> inputs = [.. vars.OfType<Tensor>()];
            var (answer, logSums) = Forward(heads, inputs);
            ctx.save_for_backward([.. inputs, answer, logSums]);
            ctx.save_data("heads", heads);
            return answer;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var heads = (long)ctx.get_data("heads");
            var saved = ctx.get_saved_variables();
            return [null!, .. AttentionGradient.apply([heads, .. saved, grad_output])];
        }
    }
}
