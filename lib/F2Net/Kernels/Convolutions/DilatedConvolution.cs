using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A 3 x 3 or 1 x 1 convolution of stride 1 without bias, whose padding keeps the map's size. On the CPU in float32 it takes a quarter of the
/// multiplications (Winograd's algorithm) or, where a dilation near the map's size leaves fewer, only those that meet the map; elsewhere
/// libtorch's operator.
/// </summary>
public static unsafe class DilatedConvolution
{
    // What the transforms and their memory traffic cost beside the products.
    private const double TransformCost = 1.4;

    /// <param name="x">(B, Cin, H, W).</param>
    /// <param name="weight">(Cout, Cin, k, k), k 3 or 1.</param>
    /// <param name="dilation">Of a 3 x 3 filter, with as much padding.</param>
    /// <returns>(B, Cout, H, W).</returns>
    public static Tensor Apply(Tensor x, Tensor weight, long dilation) =>
        Simd.Takes(x) ? Fast.apply(x, weight, dilation) : Reference(x, weight, dilation);

    /// <summary>The same in one operator, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor weight, long dilation)
    {
        var padding = weight.shape[2] / 2 * dilation;
        return nn.functional.conv2d(x, weight, padding: [padding, padding], dilation: [dilation, dilation]);
    }

    /// <summary>Without a graph, into some channels of a map: relu?(scale · (x * weight) + shift + identity).</summary>
    /// <param name="scale">(Cout), or null; <paramref name="shift"/> likewise.</param>
    /// <param name="identity">(B, Cout, H, W), or null.</param>
    /// <param name="into">(B, at least <paramref name="firstChannel"/> + Cout, H, W), contiguous.</param>
    internal static void Write(
        Tensor x,
        Tensor weight,
        long dilation,
        Tensor? scale,
        Tensor? shift,
        Tensor? identity,
        bool relu,
        Tensor into,
        long firstChannel = 0
    )
    {
        using var scope = NewDisposeScope();
        var source = identity?.contiguous();
        var shifts = shift is null ? null : Simd.Start(shift);
        var identities = source is null ? default : new Maps(source);
        Run(
            x.contiguous(),
            new Filters(weight.contiguous(), scale),
            dilation,
            new Maps(into, firstChannel),
            (image, o) => new Finish(shifts == null ? 0 : shifts[o], source is null ? 0 : (nint)identities.Plane(image, o), relu)
        );
    }

    private static void Run(Tensor x, Filters filters, long dilation, Maps output, Func<int, int, Finish> finish)
    {
        var (batch, height, width, d) = ((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)dilation);
        if (Shifts(height, width, d, filters.Taps))
            new ShiftedConvolution(batch, height, width, d, filters, new Maps(x), output, finish).Run();
        else
            new WinogradConvolution(new WinogradTiles(batch, height, width, d), filters, new Maps(x), output, finish).Run();
    }

    private static bool Shifts(int height, int width, int dilation, int taps) =>
        taps == 1
        || Enumerable.Range(0, taps).Sum(tap => new Shift(tap, taps, height, width, dilation).Positions)
            <= TransformCost * WinogradTransforms.Positions * new WinogradTiles(1, height, width, dilation).Count;

    private sealed class Fast : autograd.SingleTensorFunction<Fast>
    {
        public override string Name => nameof(DilatedConvolution);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var inputs = vars.OfType<Tensor>().Select(t => t.contiguous().MoveToOuterDisposeScope()).ToList();
            var (x, weight) = (inputs[0], inputs[1]);
            ctx.save_for_backward(inputs);
            ctx.save_data("dilation", vars[2]);
            var y = empty([x.shape[0], weight.shape[0], x.shape[2], x.shape[3]]);
            Run(x, new Filters(weight), (long)vars[2], new Maps(y), (_, _) => default);
            return y.MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var inputs = ctx.get_saved_variables();
            var (x, weight, dilation) = (inputs[0], inputs[1], (long)ctx.get_data("dilation"));
            // A second derivative is asked for: the reference has one.
            if (is_grad_enabled())
            {
                var wanted = inputs.Where(t => t.requires_grad).ToList();
                var grads = autograd.grad([Reference(x, weight, dilation)], wanted, [grad_output], retain_graph: true, create_graph: true);
                return [.. inputs.Select(t => wanted.IndexOf(t) is >= 0 and var i ? grads[i] : null!), null!];
            }

            var grad = grad_output.contiguous();
            return
            [
                x.requires_grad ? InputGradient(grad, weight, dilation) : null!,
                weight.requires_grad ? WeightGradient(x, grad, weight, dilation) : null!,
                null!,
            ];
        }
    }

    private static Tensor InputGradient(Tensor grad, Tensor weight, long dilation)
    {
        var result = empty([grad.shape[0], weight.shape[1], grad.shape[2], grad.shape[3]]);
        Run(grad, new Filters(weight, transposed: true), dilation, new Maps(result), (_, _) => default);
        return result;
    }

    private static Tensor WeightGradient(Tensor x, Tensor grad, Tensor weight, long dilation)
    {
        var result = empty(weight.shape);
        var (batch, height, width, d) = ((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)dilation);
        var (inputs, outputs, taps) = ((int)weight.shape[1], (int)weight.shape[0], (int)(weight.shape[2] * weight.shape[3]));
        if (Shifts(height, width, d, taps))
            new ShiftedWeightGradient(batch, height, width, d, taps, inputs, outputs, new Maps(x), new Maps(grad)).Run(Simd.Start(result));
        else
            new WinogradWeightGradient(new WinogradTiles(batch, height, width, d), inputs, outputs, new Maps(x), new Maps(grad)).Run(
                Simd.Start(result)
            );
        return result;
    }
}
