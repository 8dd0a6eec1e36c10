using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// The cross-entropy of a map of logits and a mask, a mean over its labelled pixels, with two derivatives, on the CPU in float32. libtorch's operator
/// elsewhere.
/// </summary>
public static class CrossEntropy
{
    /// <param name="logits">(B, C, H, W).</param>
    /// <param name="mask">(B, H, W), int64 class ids.</param>
    /// <param name="weights">Of each class, (C); all 1 if left out.</param>
    /// <param name="ignore">The id of pixels without a label.</param>
    /// <returns>A scalar: Σ ω·(log Σ_k exp z_k - z_y) / Σ ω over the pixels, ω the weight of a pixel's class y; NaN where none has a label.</returns>
    public static Tensor Apply(Tensor logits, Tensor mask, Tensor? weights, long ignore)
    {
        if (!CrossEntropyPixels.Takes(logits, mask))
            return nn.functional.cross_entropy(logits, mask, weights, ignore);
        using var scope = NewDisposeScope();
        var (z, labels) = (logits.contiguous(), mask.contiguous());
        var omega = CrossEntropyPixels.Weights(labels, weights, logits.shape[1], ignore);
        if (omega is null)
            return nn.functional.cross_entropy(logits, mask, weights, ignore); // it says which label is no class
        return (
            is_grad_enabled() ? Function.apply(z, labels, omega) : new CrossEntropyPixels(z, labels, omega).Mean()
        ).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(CrossEntropy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            List<Tensor> inputs = [(Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]];
            ctx.save_for_backward(inputs);
            return new CrossEntropyPixels(inputs[0], inputs[1], inputs[2]).Mean();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            return
            [
                is_grad_enabled()
                    ? Gradient.apply(saved[0], grad_output, saved[1], saved[2])
                    : new CrossEntropyPixels(saved[0], saved[1], saved[2]).Differentiate(grad_output),
                null!,
                null!,
            ];
        }
    }

    /// <summary>The backward pass as an operator of its own: from the logits and g, the mean's gradient, to the gradient of the logits.</summary>
    private sealed class Gradient : autograd.SingleTensorFunction<Gradient>
    {
        public override string Name => nameof(CrossEntropy) + nameof(Gradient);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (z, g, labels, omega) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
            ctx.save_for_backward([z, g, labels, omega]);
            return new CrossEntropyPixels(z, labels, omega).Differentiate(g);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("The cross-entropy has two derivatives here; a third was asked for.");
            var saved = ctx.get_saved_variables();
            var (gradZ, gradG) = new CrossEntropyPixels(saved[0], saved[2], saved[3]).DifferentiateTwice(
                saved[1],
                grad_output.contiguous()
            );
            return [gradZ, gradG, null!, null!];
        }
    }
}
