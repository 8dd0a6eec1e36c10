using F2Net.Kernels.Resizing;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Logits;

/// <summary>
/// The pixel head's last step: logits = W·relu(context enlarged + pixels) + b at full resolution, where CFBL differentiates twice. On the CPU in
/// float32 row by row, forward, backward and twice backward, so that no enlarged or activated map of all channels is ever stored; in tensor
/// operators elsewhere.
/// </summary>
public static class PixelClassifier
{
    /// <param name="context">(B, C, h, w), enlarged bilinearly.</param>
    /// <param name="pixels">(B, C, H, W).</param>
    /// <param name="weight">(K, C, 1, 1).</param>
    /// <param name="bias">(K).</param>
    /// <returns>(B, K, H, W).</returns>
    public static Tensor Apply(Tensor context, Tensor pixels, Tensor weight, Tensor bias) =>
        Takes(pixels)
            ? Fused.apply(context.contiguous(), pixels.contiguous(), weight.contiguous(), bias.contiguous())
            : Reference(context, pixels, weight, bias);

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor context, Tensor pixels, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var enlarged = BilinearEnlargement.Reference(context, pixels.shape[2], pixels.shape[3]);
        return nn.functional.conv2d((enlarged + pixels).relu(), weight, bias).MoveToOuterDisposeScope();
    }

    private sealed class Fused : autograd.SingleTensorFunction<Fused>
    {
        public override string Name => nameof(PixelClassifier);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var inputs = vars.OfType<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            var rows = new PixelClassifierRows(inputs[0], inputs[1], inputs[2]);
            var logits = rows.Empty(rows.Classes);
            rows.ForEach(job => job.Classify(inputs[3], logits));
            return logits.MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var inputs = ctx.get_saved_variables();
            return Gradient.apply(inputs[0], inputs[1], inputs[2], grad_output.contiguous());
        }
    }

    /// <summary>The backward pass as an operator of its own: from context, pixels, weight and g, the logits' gradient, to the four gradients.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(PixelClassifier) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var inputs = vars.Cast<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            ctx.set_materialize_grads(false);
            var (context, pixels, weight, grad) = (inputs[0], inputs[1], inputs[2], inputs[3]);
            var rows = new PixelClassifierRows(context, pixels, weight);
            var gradPixels = empty_like(pixels);
            var gradWeight = empty(rows.Jobs, weight.NumberOfElements);
            rows.ForEach(job => job.Differentiate(grad, gradPixels, gradWeight));
            return
            [
                rows.Gather(gradPixels).MoveToOuterDisposeScope(),
                gradPixels.MoveToOuterDisposeScope(),
                JobSums.Of(gradWeight).view(weight.shape).MoveToOuterDisposeScope(),
                grad.sum([0, 2, 3]).MoveToOuterDisposeScope(),
            ];
        }

        /// <remarks>With δ = the mask of (v_context enlarged + v_pixels), dg = W δ + V relu(h) + v_b and dW = Σ g δᵀ; V also reaches context and pixels, by the mask of Vᵀ g.</remarks>
        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var inputs = ctx.get_saved_variables();
            var (context, pixels, weight, grad) = (inputs[0], inputs[1], inputs[2], inputs[3]);
            if (is_grad_enabled())
                throw new InvalidOperationException("The pixel classifier has two derivatives; a third was asked for.");
            var given = grad_outputs.Select(v => v.IsInvalid ? null : v.contiguous()).ToArray();
            var rows = new PixelClassifierRows(context, pixels, weight);
            var gradGrad = rows.Empty(rows.Classes);
            var gradWeight = empty(rows.Jobs, weight.NumberOfElements);
            // Only through the weight's gradient does h matter beyond its sign.
            var gradPixels = given[2] is null ? null : empty_like(pixels);
            rows.ForEach(job => job.DifferentiateTwice(given, grad, gradGrad, gradWeight, gradPixels));
            return [gradPixels is null ? null! : rows.Gather(gradPixels), gradPixels!, JobSums.Of(gradWeight).view(weight.shape), gradGrad];
        }
    }
}
