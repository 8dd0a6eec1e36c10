using F2Net.Kernels.Cuda;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// A layer norm over a map's channels with two derivatives, on the CPU in float32 for whole vectors of channels. On a GPU a kernel of its own
/// where no gradient is asked for; the module elsewhere.
/// </summary>
internal static class ChannelNorm
{
    /// <param name="norm">Over the last axis.</param>
    /// <param name="x">(…, C).</param>
    internal static Tensor Apply(LayerNorm norm, Tensor x)
    {
        if (!ChannelNormPixels.Takes(x))
            return !is_grad_enabled() && CudaNorm.Takes(x) ? CudaNorm.Run(x, norm.weight, norm.bias!, norm.eps) : norm.call(x);
        using var scope = NewDisposeScope();
        var dense = x.contiguous();
        var statistics = ChannelNormPixels.Statistics(dense, norm.eps);
        return (
            is_grad_enabled()
                ? Function.apply(dense, norm.weight, norm.bias!, statistics)
                : new ChannelNormPixels(dense, norm.weight, statistics).Normalise(norm.bias!)
        ).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(ChannelNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale, shift, statistics) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
            ctx.save_for_backward([x, scale, statistics]);
            return new ChannelNormPixels(x, scale, statistics).Normalise(shift);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var (saved, g) = (ctx.get_saved_variables(), grad_output.contiguous());
            return
            [
                .. is_grad_enabled()
                    ? Gradient.apply(saved[0], saved[1], g, saved[2])
                    : new ChannelNormPixels(saved[0], saved[1], saved[2]).Differentiate(g),
                null!,
            ];
        }
    }

    /// <summary>The backward pass as an operator of its own: from x, γ and g, y's gradient, to the gradients of x, γ and β.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(ChannelNorm) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale, g, statistics) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
            ctx.save_for_backward([x, scale, g, statistics]);
            return new ChannelNormPixels(x, scale, statistics).Differentiate(g);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("The channel norm has two derivatives here; a third was asked for.");
            var saved = ctx.get_saved_variables();
            var v = grad_outputs.Select(t => t.contiguous()).ToArray();
            return [.. new ChannelNormPixels(saved[0], saved[1], saved[3]).DifferentiateTwice(saved[2], v[0], v[1], v[2]), null!];
        }
    }
}
