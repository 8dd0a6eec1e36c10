using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A convolution with two derivatives by whichever way is the fastest for its sizes on the CPU in float32: wide ones of stride 1 by <see cref="DilatedConvolution"/>,
/// narrow ones tap by tap. The module elsewhere, and for what neither takes.
/// </summary>
public static class ConvolutionLayer
{
    // Narrower ones gain nothing from Winograd's algorithm: its transforms cost what its products save (measured per layer).
    private const long Wide = 64;

    /// <param name="conv">Of any kind.</param>
    /// <param name="x">(B, Cin, H, W).</param>
    /// <returns>(B, Cout, H', W').</returns>
    public static Tensor Apply(Conv2d conv, Tensor x)
    {
        if (!Simd.Takes(x) || !Simd.Takes(conv.weight) || conv.groups != 1)
            return conv.call(x);
        var wide = Math.Min(conv.in_channels, conv.out_channels) >= Wide;
        if (wide && KeepsSize(conv))
            return DilatedConvolution.Apply(x, conv.weight, conv.dilation[0], conv.bias);
        return !wide && NarrowConvolution.Takes(conv) ? NarrowConvolution.Apply(conv, x) : conv.call(x);
    }

    /// <summary>Whether a convolution is one for <see cref="DilatedConvolution"/>: 3 x 3 or 1 x 1, of stride 1, the map made as large as the one read.</summary>
    internal static bool KeepsSize(Conv2d conv)
    {
        var side = conv.kernel_size[0];
        return side is 1 or 3
            && conv.kernel_size[1] == side
            && conv.stride.All(s => s == 1)
            && conv.dilation.Distinct().Count() == 1
            && conv.padding is { } padding
            && padding.All(p => p == side / 2 * conv.dilation[0]);
    }
}
