using F2Net.Kernels.Convolutions.Taps;
using F2Net.Kernels.Resizing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A convolution of few channels with two derivatives, on the CPU in float32 tap by tap. libtorch 1.13 takes such filters' gradients on one thread
/// or in layouts that need more time than the sums.
/// </summary>
public static class NarrowConvolution
{
    /// <summary>Whether a convolution has square filters of odd side, equal padding that no filter fits into, and stride 1, or 2 without dilation.</summary>
    public static bool Takes(Conv2d conv) =>
        conv.groups == 1
        && conv.padding is { } padding
        && Same(conv.kernel_size) is { } side
        && Same(padding) is { } around
        && Same(conv.stride) is { } stride
        && Same(conv.dilation) is { } dilation
        && side % 2 == 1
        && around <= (side - 1) * dilation
        && (stride == 1 || (stride == 2 && dilation == 1));

    /// <param name="conv">One that <see cref="Takes"/> is true of.</param>
    /// <param name="x">(B, Cin, H, W), float32 on the CPU.</param>
    /// <returns>(B, Cout, H', W').</returns>
    public static Tensor Apply(Conv2d conv, Tensor x) =>
        Apply(x, conv.weight, conv.bias, conv.stride[0], conv.padding![0], conv.dilation[0]);

    /// <param name="x">(B, Cin, H, W), float32 on the CPU.</param>
    /// <param name="weight">(Cout, Cin, k, k).</param>
    /// <param name="bias">(Cout), or null.</param>
    /// <returns>(B, Cout, H', W').</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, long stride = 1, long padding = 0, long dilation = 1) =>
        Bilinear.Apply(new Taps((int)stride, (int)padding, (int)dilation), x, weight, bias);

    private static long? Same(long[] sizes) => sizes.Distinct().Count() == 1 ? sizes[0] : null;

    private sealed unsafe class Taps(int stride, int padding, int dilation) : IBilinear
    {
        public int BiasAxis(int axes) => 1;

        public Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
        {
            var sizes = Sizes(x.shape, weight.shape);
            var y = empty(x.shape[0], weight.shape[0], sizes.OutHeight, sizes.OutWidth);
            new TapConvolution(sizes).Run(Simd.Start(weight), bias is null ? null : Simd.Start(bias), new Maps(x), new Maps(y));
            return y;
        }

        public Tensor OfX(Tensor weight, Tensor g, long[] shape)
        {
            var result = empty(shape);
            TapInputGradient.Run(Sizes(shape, weight.shape), Simd.Start(weight), new Maps(g), new Maps(result));
            return result;
        }

        public Tensor OfWeight(Tensor x, Tensor g, long[] shape) => TapWeightGradient.Run(Sizes(x.shape, shape), new Maps(x), new Maps(g));

        private ConvolutionSizes Sizes(long[] x, long[] weight) =>
            new((int)x[0], (int)x[1], (int)weight[0], (int)x[2], (int)x[3], (int)weight[2], stride, padding, dilation);
    }
}
