using F2Net.Kernels.Convolutions.Winograd;
using F2Net.Kernels.Resizing;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A 3 x 3 or 1 x 1 convolution of stride 1 whose padding keeps the map's size. On the CPU in float32 it takes a quarter of the
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
    /// <param name="bias">(Cout), or null.</param>
    /// <returns>(B, Cout, H, W).</returns>
    public static Tensor Apply(Tensor x, Tensor weight, long dilation, Tensor? bias = null) =>
        Simd.Takes(x) ? Bilinear.Apply(new Whole(dilation), x, weight, bias) : Reference(x, weight, dilation, bias);

    /// <summary>The same in one operator, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor weight, long dilation, Tensor? bias = null)
    {
        var padding = weight.shape[2] / 2 * dilation;
        return nn.functional.conv2d(x, weight, bias, padding: [padding, padding], dilation: [dilation, dilation]);
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

    private sealed class Whole(long dilation) : IBilinear
    {
        public int BiasAxis(int axes) => 1;

        public Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
        {
            var y = empty([x.shape[0], weight.shape[0], x.shape[2], x.shape[3]]);
            var shifts = bias is null ? null : Simd.Start(bias);
            Run(x, new Filters(weight), dilation, new Maps(y), (_, o) => new Finish(shifts == null ? 0 : shifts[o], 0, Relu: false));
            return y;
        }

        public Tensor OfX(Tensor weight, Tensor g, long[] shape)
        {
            var result = empty(shape);
            Run(g, new Filters(weight, transposed: true), dilation, new Maps(result), (_, _) => default);
            return result;
        }

        public Tensor OfWeight(Tensor x, Tensor g, long[] shape) => WeightGradient(x, g, shape, dilation);
    }

    private static Tensor WeightGradient(Tensor x, Tensor grad, long[] shape, long dilation)
    {
        var result = empty(shape);
        var (batch, height, width, d) = ((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)dilation);
        var (inputs, outputs, taps) = ((int)shape[1], (int)shape[0], (int)(shape[2] * shape[3]));
        if (Shifts(height, width, d, taps))
            new ShiftedWeightGradient(batch, height, width, d, taps, inputs, outputs, new Maps(x), new Maps(grad)).Run(Simd.Start(result));
        else
            new WinogradWeightGradient(new WinogradTiles(batch, height, width, d), inputs, outputs, new Maps(x), new Maps(grad)).Run(
                Simd.Start(result)
            );
        return result;
    }
}
