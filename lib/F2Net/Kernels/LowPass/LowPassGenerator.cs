using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>One group's filter generator (Eq. 3) and the softmax over what it says (Eq. 4), row by row.</summary>
internal sealed unsafe class LowPassGenerator
{
    // So many taps' sums stay in registers while all channels and coefficients go by: the paper's kernels have as many.
    private const int Block = 9;

    // e^x = 2^(x log2 e).
    private const float Log2E = 1.44269504f;

    private readonly LowPassShape shape;
    private readonly float* coefficients,
        bias;

    /// <param name="weight">All groups' generators, (G·k·k, C / G, 3, 3), contiguous.</param>
    /// <param name="bias">(G·k·k).</param>
    internal LowPassGenerator(Scratch scratch, LowPassShape shape, float* weight, float* bias, int group)
    {
        this.shape = shape;
        this.bias = bias + group * shape.Taps;
        var reads = shape.Channels * LowPassShape.GeneratorTaps;
        weight += group * shape.Taps * reads;
        coefficients = scratch.Take((long)reads * shape.Taps);
        for (var read = 0; read < reads; read++)
        for (var t = 0; t < shape.Taps; t++)
            coefficients[read * shape.Taps + t] = weight[t * reads + read];
    }

    /// <summary>Floats of memory that it takes.</summary>
    internal static long Size(LowPassShape shape) => Scratch.Size((long)shape.Channels * LowPassShape.GeneratorTaps * shape.Taps);

    /// <summary>For each channel and coefficient the taps' values of it, side by side: (C / G, 9, k·k).</summary>
    internal float* Coefficients => coefficients;

    /// <summary>The kernels of one row of pixels: positive, summing to one.</summary>
    /// <param name="row">The first channel's first pixel in sliding rows, <paramref name="map"/> floats from one channel to the next.</param>
    /// <param name="weights">One row for each tap, <paramref name="step"/> floats apart.</param>
    internal void Weights(float* row, long map, float* weights, long step)
    {
        var t = 0;
        for (; t + Block <= shape.Taps; t += Block)
            Nine(row, map, coefficients + t, bias + t, weights + t * step, step);
        for (; t < shape.Taps; t++)
            One(row, map, coefficients + t, bias[t], weights + t * step);
        Softmax(weights, step);
    }

    [MethodImpl(Hot)]
    private void Nine(float* row, long map, float* first, float* bias, float* to, long step)
    {
        var (channels, taps, rounded) = (shape.Channels, shape.Taps, shape.Rounded);
        fixed (int* reads = shape.Generator)
            for (var i = 0; i < rounded; i += Lanes)
            {
                Vector256<float> s0 = Vector256.Create(bias[0]),
                    s1 = Vector256.Create(bias[1]),
                    s2 = Vector256.Create(bias[2]),
                    s3 = Vector256.Create(bias[3]),
                    s4 = Vector256.Create(bias[4]),
                    s5 = Vector256.Create(bias[5]),
                    s6 = Vector256.Create(bias[6]),
                    s7 = Vector256.Create(bias[7]),
                    s8 = Vector256.Create(bias[8]);
                var f = first;
                var from = row + i;
                for (var c = 0; c < channels; c++, from += map)
                for (var n = 0; n < LowPassShape.GeneratorTaps; n++, f += taps)
                {
                    var x = Vector256.Load(from + reads[n]);
                    s0 = Fma(f[0], x, s0);
                    s1 = Fma(f[1], x, s1);
                    s2 = Fma(f[2], x, s2);
                    s3 = Fma(f[3], x, s3);
                    s4 = Fma(f[4], x, s4);
                    s5 = Fma(f[5], x, s5);
                    s6 = Fma(f[6], x, s6);
                    s7 = Fma(f[7], x, s7);
                    s8 = Fma(f[8], x, s8);
                }
                var at = to + i;
                s0.Store(at);
                s1.Store(at + step);
                s2.Store(at + 2 * step);
                s3.Store(at + 3 * step);
                s4.Store(at + 4 * step);
                s5.Store(at + 5 * step);
                s6.Store(at + 6 * step);
                s7.Store(at + 7 * step);
                s8.Store(at + 8 * step);
            }
    }

    [MethodImpl(Hot)]
    private void One(float* row, long map, float* first, float bias, float* to)
    {
        for (var i = 0; i < shape.Rounded; i += 2 * Lanes)
        {
            Vector256<float> left = Vector256.Create(bias),
                right = left;
            var f = first;
            for (var c = 0; c < shape.Channels; c++)
                foreach (var read in shape.Generator)
                {
                    var from = row + c * map + read + i;
                    left = Fma(*f, Vector256.Load(from), left);
                    right = Fma(*f, Vector256.Load(from + Lanes), right);
                    f += shape.Taps;
                }
            left.Store(to + i);
            right.Store(to + i + Lanes);
        }
    }

    // The largest is taken off first, so that nothing overflows.
    [MethodImpl(Hot)]
    private void Softmax(float* weights, long step)
    {
        var (taps, rounded) = (shape.Taps, shape.Rounded);
        for (var i = 0; i < rounded; i += Lanes)
        {
            var at = weights + i;
            var most = Vector256.Load(at);
            for (var t = 1; t < taps; t++)
                most = Vector256.Max(most, Vector256.Load(at + t * step));
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < taps; t++)
            {
                var e = PowerOfTwo.Of((Vector256.Load(at + t * step) - most) * Vector256.Create(Log2E));
                e.Store(at + t * step);
                sum += e;
            }
            var scale = Vector256<float>.One / sum;
            for (var t = 0; t < taps; t++)
                (Vector256.Load(at + t * step) * scale).Store(at + t * step);
        }
    }
}
