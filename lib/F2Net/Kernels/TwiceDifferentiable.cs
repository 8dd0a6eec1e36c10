using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>A kernel with two derivatives: CFBL differentiates a gradient once more.</summary>
/// <remarks>What it is given are its inputs, then constants that it is not differentiated by, all contiguous.</remarks>
internal interface ITwiceDifferentiable
{
    /// <summary>What it is, for messages.</summary>
    string Name { get; }

    /// <summary>Whether the derivatives are given the value as well, behind the constants.</summary>
    bool KeepsValue => false;

    Tensor Value(List<Tensor> given);

    /// <summary>From g, the value's gradient, to one gradient for each input.</summary>
    List<Tensor> Gradients(List<Tensor> given, Tensor g);

    /// <summary>From what is asked of each of <see cref="Gradients"/> to one gradient for each input, null where there is none, and that of g.</summary>
    (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked);
}

/// <summary>Puts an <see cref="ITwiceDifferentiable"/> into the graph.</summary>
internal static class TwiceDifferentiable
{
    /// <param name="inputs">Any strides, and so for <paramref name="constants"/>.</param>
    internal static Tensor Apply(ITwiceDifferentiable kernel, Tensor[] inputs, params Tensor[] constants)
    {
        using var scope = NewDisposeScope();
        List<Tensor> given = [.. inputs.Concat(constants).Select(t => t.contiguous())];
        var value = is_grad_enabled() ? Function.apply([kernel, inputs.Length, .. given]) : kernel.Value(given);
        return value.MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(TwiceDifferentiable);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (kernel, given) = ((ITwiceDifferentiable)vars[0], vars.OfType<Tensor>().ToList());
            ctx.save_data("kernel", kernel);
            ctx.save_data("inputs", vars[1]);
            ctx.save_data("given", given.Count);
            var value = kernel.Value(given);
            ctx.save_for_backward(kernel.KeepsValue ? [.. given, value.detach()] : given);
            return value;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var (kernel, inputs, given) = (
                (ITwiceDifferentiable)ctx.get_data("kernel"),
                (int)ctx.get_data("inputs"),
                (int)ctx.get_data("given")
            );
            var (saved, g) = (ctx.get_saved_variables(), grad_output.contiguous());
            var gradients = is_grad_enabled() ? Gradient.apply([kernel, inputs, .. saved, g]) : kernel.Gradients(saved, g);
            return [null!, null!, .. gradients, .. Nothing(given - inputs)];
        }
    }

    /// <summary>The backward pass as an operator of its own: from what is given and g to the inputs' gradients.</summary>
    private sealed class Gradient : autograd.MultiTensorFunction<Gradient>
    {
        public override string Name => nameof(TwiceDifferentiable) + nameof(Gradient);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (kernel, tensors) = ((ITwiceDifferentiable)vars[0], vars.OfType<Tensor>().ToList());
            ctx.save_data("kernel", kernel);
            ctx.save_data("inputs", vars[1]);
            ctx.save_for_backward(tensors);
            return kernel.Gradients(tensors[..^1], tensors[^1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var (kernel, inputs) = ((ITwiceDifferentiable)ctx.get_data("kernel"), (int)ctx.get_data("inputs"));
            if (is_grad_enabled())
                throw new InvalidOperationException($"{kernel.Name} has two derivatives here; a third was asked for.");
            var saved = ctx.get_saved_variables();
            var (ofInputs, ofG) = kernel.SecondGradients(saved[..^1], saved[^1], [.. grad_outputs.Select(v => v.contiguous())]);
            return [null!, null!, .. ofInputs, .. Nothing(saved.Count - 1 - inputs), ofG];
        }
    }

    private static IEnumerable<Tensor> Nothing(int count) => Enumerable.Repeat<Tensor>(null!, count);
}
