using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// relu?(BN(x) + identity) with two derivatives, in training on the CPU in float32 for planes of whole vectors; the module and operators elsewhere.
/// </summary>
internal static class BatchNormActivation
{
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="identity">Of x's shape, added before the ReLU; null for none.</param>
    internal static Tensor Apply(BatchNorm2d norm, Tensor x, Tensor? identity, bool relu)
    {
        using var scope = NewDisposeScope();
        if (!BatchNormStatistics.Takes(norm, x) || (identity is not null && !relu))
        {
            var normed = norm.call(x);
            var sum = identity is null ? normed : normed + identity;
            return (relu ? sum.relu_() : sum).MoveToOuterDisposeScope();
        }
        var (dense, added) = (x.contiguous(), identity?.contiguous());
        var statistics = BatchNormStatistics.Of(norm, dense);
        object[] inputs = [dense, norm.weight, norm.bias!, statistics, relu];
        return (
            is_grad_enabled()
                ? Function.apply(added is null ? inputs : [.. inputs, added])
                : new BatchNormPlanes(dense, norm.weight, statistics, null).Activate(norm.bias!, added, relu)
        ).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(BatchNormActivation);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale, shift, statistics) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
            var (relu, identity) = ((bool)vars[4], vars.Length > 5 ? (Tensor)vars[5] : null);
            var y = new BatchNormPlanes(x, scale, statistics, null).Activate(shift, identity, relu);
            ctx.save_for_backward(relu ? [x, scale, statistics, y.detach()] : [x, scale, statistics]);
            ctx.save_data("identity", identity is not null);
            return y;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var (saved, g, identity) = (ctx.get_saved_variables(), grad_output.contiguous(), (bool)ctx.get_data("identity"));
            var grads = is_grad_enabled()
                ? Gradient.apply([saved[0], saved[1], g, identity, saved[2], .. saved.Skip(3)])
                : new BatchNormPlanes(saved[0], saved[1], saved[2], saved.ElementAtOrDefault(3)).Differentiate(g, identity);
            return [.. grads.Take(3), null!, null!, .. grads.Skip(3)];
        }
    }

    /// <summary>The backward pass as an operator of its own: from x, γ and g, y's gradient, to the gradients of x, γ, β and, if there is one, identity.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(BatchNormActivation) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale, g, statistics) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[4]);
            var shown = vars.Length > 5 ? (Tensor)vars[5] : null;
            ctx.save_for_backward(shown is null ? [x, scale, statistics, g] : [x, scale, statistics, g, shown]);
            return new BatchNormPlanes(x, scale, statistics, shown).Differentiate(g, identity: (bool)vars[3]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("The batch norm has two derivatives here; a third was asked for.");
            var saved = ctx.get_saved_variables();
            var v = grad_outputs.Select(t => t.contiguous()).ToArray();
            var shown = saved.ElementAtOrDefault(4);
            var grads = new BatchNormPlanes(saved[0], saved[1], saved[2], shown).DifferentiateTwice(
                saved[3],
                v[0],
                v[1],
                v[2],
                v.ElementAtOrDefault(3)
            );
            return shown is null ? [.. grads, null!, null!] : [.. grads, null!, null!, null!];
        }
    }
}
