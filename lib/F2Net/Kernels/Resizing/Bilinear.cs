using F2Net.Kernels.Channels;
using static TorchSharp.torch;

namespace F2Net.Kernels.Resizing;

/// <summary>What is linear in each of two tensors, x and a weight: a matrix product, a convolution.</summary>
internal interface IBilinear
{
    /// <summary>The axis that a bias runs along in a result of so many axes.</summary>
    int BiasAxis(int axes);

    /// <summary>x ∗ weight, and a bias added where one is given.</summary>
    Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null);

    /// <summary>What g, the result's gradient, means for x.</summary>
    Tensor OfX(Tensor weight, Tensor g, long[] shape);

    /// <summary>What g means for the weight.</summary>
    Tensor OfWeight(Tensor x, Tensor g, long[] shape);
}

/// <summary>
/// Bilinear operators with two derivatives, of which each is made of the operator and its two gradients again: no reference is run on the way back, and none is
/// kept beside.
/// </summary>
internal static class Bilinear
{
    /// <param name="x">Any strides; <paramref name="weight"/> likewise.</param>
    /// <param name="bias">As long as the result's axis for it, or null.</param>
    internal static Tensor Apply(IBilinear of, Tensor x, Tensor weight, Tensor? bias = null)
    {
        using var scope = NewDisposeScope();
        (x, weight, bias) = (x.contiguous(), weight.contiguous(), bias?.contiguous());
        var result =
            !is_grad_enabled() ? of.Apply(x, weight, bias)
            : bias is null ? Function.apply(of, x, weight)
            : Function.apply(of, x, weight, bias);
        return result.MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(Bilinear);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (of, x, weight, biased) = ((IBilinear)vars[0], (Tensor)vars[1], (Tensor)vars[2], vars.Length > 3);
            ctx.save_for_backward([x, weight]);
            ctx.save_data("of", of);
            ctx.save_data("biased", biased);
            return of.Apply(x, weight, biased ? (Tensor)vars[3] : null);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var (of, saved) = ((IBilinear)ctx.get_data("of"), ctx.get_saved_variables());
            var (x, weight, g) = (saved[0], saved[1], grad_output.contiguous());
            var gradients = is_grad_enabled()
                ? Gradient.apply(of, x, weight, g, x.requires_grad, weight.requires_grad)
                : Gradients(of, x, weight, g, x.requires_grad, weight.requires_grad);
            List<Tensor> all = [null!, x.requires_grad ? gradients[0] : null!, weight.requires_grad ? gradients[^1] : null!];
            if ((bool)ctx.get_data("biased"))
                all.Add(ChannelSums.Of(g, of.BiasAxis(g.shape.Length)));
            return all;
        }
    }

    private static List<Tensor> Gradients(IBilinear of, Tensor x, Tensor weight, Tensor g, bool ofX, bool ofWeight)
    {
        var gradients = new List<Tensor>();
        if (ofX)
            gradients.Add(of.OfX(weight, g, x.shape));
        if (ofWeight)
            gradients.Add(of.OfWeight(x, g, weight.shape));
        return gradients;
    }

    /// <summary>The way back as an operator of its own: from x, weight and g to the gradients that are wanted.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(Bilinear) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var of = (IBilinear)vars[0];
            List<Tensor> inputs = [(Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]];
            var (ofX, ofWeight) = ((bool)vars[4], (bool)vars[5]);
            ctx.save_for_backward(inputs);
            ctx.save_data("of", of);
            ctx.save_data("ofX", ofX);
            ctx.save_data("ofWeight", ofWeight);
            return Gradients(of, inputs[0], inputs[1], inputs[2], ofX, ofWeight);
        }

        /// <remarks>
        /// Where v and u arrive at the gradients of x and of the weight, g gets v ∗ weight + x ∗ u, x what g means for it beside u, and the weight what g
        /// means for it beside v.
        /// </remarks>
        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("A product or a convolution has two derivatives; a third was asked for.");
            using var scope = NewDisposeScope();
            var (of, saved) = ((IBilinear)ctx.get_data("of"), ctx.get_saved_variables());
            var (x, weight, g) = (saved[0], saved[1], saved[2]);
            var v = (bool)ctx.get_data("ofX") ? grad_outputs[0].contiguous() : null;
            var u = (bool)ctx.get_data("ofWeight") ? grad_outputs[^1].contiguous() : null;
            var ofG = (v, u) switch
            {
                ({ }, { }) => of.Apply(v, weight).add_(of.Apply(x, u)),
                ({ }, null) => of.Apply(v, weight),
                _ => of.Apply(x, u!),
            };
            List<Tensor> all =
            [
                null!,
                x.requires_grad && u is not null ? of.OfX(u, g, x.shape) : null!,
                weight.requires_grad && v is not null ? of.OfWeight(v, g, weight.shape) : null!,
                ofG,
                null!,
                null!,
            ];
            all.ForEach(t => t?.MoveToOuterDisposeScope());
            return all;
        }
    }
}
