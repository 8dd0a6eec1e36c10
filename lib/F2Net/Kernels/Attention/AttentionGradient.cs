using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>
/// The backward pass of <see cref="FusedAttention"/> as an operator of its own, so that CFBL can differentiate it once more.
/// </summary>
internal sealed class AttentionGradient : autograd.MultiTensorFunction<AttentionGradient>
{
    public override string Name => nameof(AttentionGradient);

    /// <param name="vars">The heads; the inputs, one or three tensors; attention's result and log-sums; the result's gradient.</param>
    /// <returns>The inputs' gradients.</returns>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var heads = (long)vars[0];
        List<Tensor> tensors = [.. vars.OfType<Tensor>().Select(t => t.contiguous())];
        var (inputs, answer, logSums, grad) = (tensors[..^3], tensors[^3], tensors[^2], tensors[^1]);
        ctx.save_for_backward([.. inputs, answer, logSums, grad]);
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
        if (is_grad_enabled())
            throw new InvalidOperationException("Attention has two derivatives; a third was asked for.");
        var heads = (long)ctx.get_data("heads");
        var saved = ctx.get_saved_variables();
        var (inputs, answer, logSums, grad) = (saved[..^3], saved[^3], saved[^2], saved[^1]);
        List<Tensor> given = [.. grad_outputs.Select(t => t.contiguous())];
        List<Tensor> results = [.. inputs.Select(t => empty_like(t))];
        var gradResult = empty_like(grad);
        new AttentionTwice(
            AttentionSet.Of(inputs, heads),
            AttentionSet.Of(given, heads),
            AttentionSet.Of(results, heads),
            FusedAttention.Output(answer, heads),
            FusedAttention.Output(grad, heads),
            FusedAttention.Output(gradResult, heads),
            logSums
        ).Run();
        return [null!, .. results, null!, null!, gradResult];
    }
}
