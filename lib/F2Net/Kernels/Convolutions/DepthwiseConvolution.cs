using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A depthwise convolution of stride 1 without bias, whose padding keeps the map's size, with a second derivative made of convolutions as its first one is:
/// libtorch 1.13 takes that derivative channel by channel, a hundred small operators each.
/// </summary>
public static class DepthwiseConvolution
{
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">(C, 1, k, k), k odd.</param>
    /// <returns>(B, C, H, W).</returns>
    public static Tensor Apply(Tensor x, Tensor weight) => is_grad_enabled() ? Differentiable.apply(x, weight) : Convolve(x, weight);

    private static Tensor Convolve(Tensor x, Tensor weight)
    {
        var padding = weight.shape[2] / 2;
        return nn.functional.conv2d(x, weight, padding: [padding, padding], groups: weight.shape[0]);
    }

    // What g, the result's gradient, means for x and for the weight.
    private static List<Tensor> Gradients(Tensor x, Tensor weight, Tensor g)
    {
        using var recording = enable_grad();
        Tensor[] inputs = [x.detach().requires_grad_(), weight.detach().requires_grad_()];
        return [.. autograd.grad([Convolve(inputs[0], inputs[1])], inputs, [g])];
    }

    private sealed class Differentiable : autograd.SingleTensorFunction<Differentiable>
    {
        public override string Name => nameof(DepthwiseConvolution);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var inputs = vars.Cast<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            return Convolve(inputs[0], inputs[1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            Gradient.apply([.. ctx.get_saved_variables(), grad_output]);
    }

    /// <summary>The backward pass as an operator of its own: from x, weight and g to both gradients.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(DepthwiseConvolution) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var inputs = vars.Cast<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            return Gradients(inputs[0], inputs[1], inputs[2]);
        }

        /// <remarks>
        /// The convolution x * w is linear in both, so where v and u arrive at the gradients of x and w, g gets v * w + x * u, and x and w
        /// get what g means for them in v * u.
        /// </remarks>
        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("The depthwise convolution has two derivatives; a third was asked for.");
            var saved = ctx.get_saved_variables();
            var (x, weight, g, v, u) = (saved[0], saved[1], saved[2], grad_outputs[0], grad_outputs[1]);
            return [.. Gradients(v, u, g), Convolve(v, weight) + Convolve(x, u)];
        }
    }
}
