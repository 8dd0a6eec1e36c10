using System.Runtime.CompilerServices;
using F2Net.Kernels.Convolutions.Winograd;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>The 3 x 3 or 1 x 1 filters of a convolution, or those of its gradient with respect to its inputs: transposed and turned around.</summary>
internal readonly unsafe struct Filters
{
    private readonly float* weight,
        scale;
    private readonly long outStride,
        inStride;
    private readonly bool turned;

    /// <param name="weight">(Cout, Cin, 3, 3) or (Cout, Cin, 1, 1), contiguous; it must outlive this.</param>
    /// <param name="scale">(Cout): by how much every filter is multiplied, or null.</param>
    /// <param name="transposed">Whether outputs and inputs change places.</param>
    internal Filters(Tensor weight, Tensor? scale = null, bool transposed = false)
    {
        var (rows, columns) = ((int)weight.shape[0], (int)weight.shape[1]);
        Taps = (int)(weight.shape[2] * weight.shape[3]);
        this.weight = Start(weight);
        this.scale = scale is null ? null : Start(scale);
        turned = transposed;
        (Outputs, Inputs) = transposed ? (columns, rows) : (rows, columns);
        (outStride, inStride) = transposed ? (Taps, columns * Taps) : (columns * Taps, Taps);
    }

    internal int Outputs { get; }
    internal int Inputs { get; }

    /// <summary>9 or 1.</summary>
    internal int Taps { get; }

    /// <summary>An output's weights of all inputs at one tap, side by side.</summary>
    [MethodImpl(Hot)]
    internal void Tap(int tap, int output, float* to)
    {
        var from = weight + output * outStride + (turned ? Taps - 1 - tap : tap);
        var factor = scale == null ? 1 : scale[output];
        for (var i = 0; i < Inputs; i++)
            to[i] = from[i * inStride] * factor;
    }

    /// <summary>Transforms an output's filters: 36 rows, <paramref name="stride"/> apart, of as many values as inputs (and up to seven more).</summary>
    [MethodImpl(Hot)]
    internal void Transform(int output, float* to, long stride)
    {
        var taps = stackalloc float[Taps * Lanes];
        new Span<float>(taps, Taps * Lanes).Clear();
        var between = stackalloc float[WinogradTransforms.Positions * Lanes];
        var factor = scale == null ? 1 : scale[output];
        for (var first = 0; first < Inputs; first += Lanes)
        {
            var lanes = Math.Min(Lanes, Inputs - first);
            var from = weight + output * outStride + first * inStride;
            for (var lane = 0; lane < lanes; lane++, from += inStride)
            for (var tap = 0; tap < Taps; tap++)
                taps[(turned ? Taps - 1 - tap : tap) * Lanes + lane] = from[tap] * factor;
            WinogradTransforms.BothSides<WinogradTransforms.Filter>(
                taps,
                3 * Lanes,
                Lanes,
                0,
                to + first,
                WinogradTransforms.Side * stride,
                stride,
                between
            );
        }
    }
}
