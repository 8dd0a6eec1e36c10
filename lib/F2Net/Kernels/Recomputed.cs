using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// A function that a GPU computes in few kernels, and whose derivatives are the reference's: nothing but the inputs is kept, and the way back
/// computes the reference once more.
/// </summary>
internal static class Recomputed
{
    /// <param name="fast">From the inputs to the result, without gradients.</param>
    /// <param name="reference">The same in tensor operators, differentiable as often as wanted.</param>
    internal static Tensor Apply(Func<IList<Tensor>, Tensor> fast, Func<IList<Tensor>, Tensor> reference, params Tensor[] inputs) =>
        is_grad_enabled() ? Function.apply([fast, reference, .. inputs]) : fast(inputs);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(Recomputed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            List<Tensor> inputs = [.. vars.OfType<Tensor>()];
            ctx.save_for_backward(inputs);
            ctx.save_data("reference", vars[1]);
            return ((Func<IList<Tensor>, Tensor>)vars[0])(inputs);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var inputs = ctx.get_saved_variables();
            var reference = (Func<IList<Tensor>, Tensor>)ctx.get_data("reference");
            if (is_grad_enabled())
                return [null!, null!, .. SecondOrder.Through(reference(inputs), inputs, grad_output)];

            using var recording = enable_grad();
            List<Tensor> leaves = [.. inputs.Select(t => t.detach().requires_grad_())];
            return [null!, null!, .. autograd.grad([reference(leaves)], leaves, [grad_output])];
        }
    }
}
