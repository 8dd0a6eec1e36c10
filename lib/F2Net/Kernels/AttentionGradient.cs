using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// The backward pass of <see cref="FusedAttention"/> as an operator of its own, so that CFBL can differentiate it once more. That derivative is spelled
/// out head by head in tensor operators: twelve matrix products, where autograd's way through the reference makes three times as many maps.
/// </summary>
internal sealed class AttentionGradient : autograd.MultiTensorFunction<AttentionGradient>
{
    // 4 MiB a map.
    private const long BlockScores = 1 << 20;

    public override string Name => nameof(AttentionGradient);

    /// <param name="vars">The heads; the inputs, one or three tensors; attention's result and log-sums; the result's gradient.</param>
    /// <returns>The inputs' gradients.</returns>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var heads = (long)vars[0];
        List<Tensor> tensors = [.. vars.OfType<Tensor>().Select(t => t.contiguous())];
        var (inputs, answer, logSums, grad) = (tensors[..^3], tensors[^3], tensors[^2], tensors[^1]);
        ctx.save_for_backward([.. inputs, grad]);
        ctx.save_data("heads", heads);
        List<Tensor> gradients = [.. inputs.Select(t => empty_like(t))];
        new AttentionBackward(
            AttentionSet.Of(inputs, heads),
            AttentionSet.Of(gradients, heads),
            FusedAttention.Output(answer, heads),
            FusedAttention.Output(grad, heads),
            logSums
        ).Run();
        return gradients;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var heads = (long)ctx.get_data("heads");
        var saved = ctx.get_saved_variables();
        var (inputs, grad) = (saved[..^1], saved[^1]);
        var packed = inputs.Count == 1;
        var operands = packed ? FusedAttention.Split(inputs[0], heads) : [.. inputs];
        var given = packed ? FusedAttention.Split(grad_outputs[0], heads) : [.. grad_outputs];
        var g = packed ? grad.view(grad.shape[0], grad.shape[1], heads, -1).transpose(1, 2) : grad;

        var results = new List<Tensor>[] { [], [], [], [] };
        for (var image = 0L; image < g.shape[0]; image++)
        for (var head = 0L; head < heads; head++)
        {
            using var scope = NewDisposeScope();
            Tensor Of(Tensor x) => x.select(0, image).select(0, head);
            var parts = Twice(Of(operands[0]), Of(operands[1]), Of(operands[2]), Of(g), Of(given[0]), Of(given[1]), Of(given[2]));
            for (var i = 0; i < parts.Length; i++)
                results[i].Add(parts[i].MoveToOuterDisposeScope());
        }
        Tensor[] whole = [.. results.Select(r => stack(r).view(g.shape[0], heads, r[0].shape[0], r[0].shape[1]))]; // (B, heads, ·, d)
        if (!packed)
            return [null!, whole[0], whole[1], whole[2], null!, null!, whole[3]];
        var together = stack(whole[..3]).permute(1, 3, 0, 2, 4).reshape(inputs[0].shape);
        return [null!, together, null!, null!, whole[3].transpose(1, 2).reshape(grad.shape)];
    }

    // The queries go in blocks of rows, whose maps stay small.
    private static Tensor[] Twice(Tensor q, Tensor k, Tensor v, Tensor g, Tensor a, Tensor b, Tensor c)
    {
        var rows = Math.Max(1, BlockScores / k.shape[0]);
        var blocks = new List<Tensor[]>();
        for (var start = 0L; start < q.shape[0]; start += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, q.shape[0] - start);
            Tensor Of(Tensor x) => x.narrow(0, start, count);
            var block = Block(Of(q), k, v, Of(g), Of(a), b, c);
            scope.MoveToOuter(block);
            blocks.Add(block);
        }
        Tensor Joined(int part) => cat([.. blocks.Select(block => block[part])]);
        Tensor Sum(int part) => blocks.Select(block => block[part]).Aggregate((sum, next) => sum + next);
        return [Joined(0), Sum(1), Sum(2), Joined(3)];
    }

    // With P = softmax(s Q Kᵀ), dP = G Vᵀ and dS = P ∘ (dP - Σ P ∘ dP), the gradients are s dS K, s dSᵀ Q and Pᵀ G. Here a, b and c arrive at them.
    private static Tensor[] Block(Tensor q, Tensor k, Tensor v, Tensor g, Tensor a, Tensor b, Tensor c)
    {
        var s = 1 / Math.Sqrt(q.shape[1]);
        var p = (q * s).matmul(k.transpose(0, 1)).softmax(1); // (L, M)
        var dP = g.matmul(v.transpose(0, 1));
        var centred = dP - (p * dP).sum(1, keepdim: true);
        var dS = p * centred;

        var atS = (a.matmul(k.transpose(0, 1)) + q.matmul(b.transpose(0, 1))) * s;
        var weighted = p * atS;
        var sums = weighted.sum(1, keepdim: true);
        var atDp = weighted - p * sums;
        var atP = g.matmul(c.transpose(0, 1)) + atS * centred - sums * dP;
        var back = p * (atP - (p * atP).sum(1, keepdim: true));
        return
        [
            (dS.matmul(b) + back.matmul(k)) * s,
            (dS.transpose(0, 1).matmul(a) + back.transpose(0, 1).matmul(q)) * s,
            atDp.transpose(0, 1).matmul(g),
            p.matmul(c) + atDp.matmul(v),
        ];
    }
}
