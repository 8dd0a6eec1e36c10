using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>One group's filter generator (Eq. 3) and the softmax over what it says (Eq. 4), row by row.</summary>
internal sealed unsafe class LowPassGenerator
{
    // So many taps' sums stay in registers while all channels and coefficients go by: the paper's kernels have as many.
    private const int Block = 9;

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
    internal void Weights<T>(float* row, long map, float* weights, long step)
        where T : struct, IFloats<T>
    {
        var t = 0;
        for (; t + Block <= shape.Taps; t += Block)
            Nine<T>(row, map, coefficients + t, bias + t, weights + t * step, step);
        for (; t < shape.Taps; t++)
            One<T>(row, map, coefficients + t, bias[t], weights + t * step);
        Softmax<T>(weights, step);
    }

    [MethodImpl(Hot)]
    private void Nine<T>(float* row, long map, float* first, float* bias, float* to, long step)
        where T : struct, IFloats<T>
    {
        var (channels, taps, rounded) = (shape.Channels, shape.Taps, shape.Rounded);
        fixed (int* reads = shape.Generator)
            for (var i = 0; i < rounded; i += T.Count)
            {
                T s0 = T.All(bias[0]),
                    s1 = T.All(bias[1]),
                    s2 = T.All(bias[2]),
                    s3 = T.All(bias[3]),
                    s4 = T.All(bias[4]),
                    s5 = T.All(bias[5]),
                    s6 = T.All(bias[6]),
                    s7 = T.All(bias[7]),
                    s8 = T.All(bias[8]);
                var f = first;
                var from = row + i;
                for (var c = 0; c < channels; c++, from += map)
                for (var n = 0; n < LowPassShape.GeneratorTaps; n++, f += taps)
                {
                    var x = T.Load(from + reads[n]);
                    s0 = T.Fma(T.All(f[0]), x, s0);
                    s1 = T.Fma(T.All(f[1]), x, s1);
                    s2 = T.Fma(T.All(f[2]), x, s2);
                    s3 = T.Fma(T.All(f[3]), x, s3);
                    s4 = T.Fma(T.All(f[4]), x, s4);
                    s5 = T.Fma(T.All(f[5]), x, s5);
                    s6 = T.Fma(T.All(f[6]), x, s6);
                    s7 = T.Fma(T.All(f[7]), x, s7);
                    s8 = T.Fma(T.All(f[8]), x, s8);
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
    private void One<T>(float* row, long map, float* first, float bias, float* to)
        where T : struct, IFloats<T>
    {
        for (var i = 0; i < shape.Rounded; i += 2 * T.Count)
        {
            T left = T.All(bias),
                right = left;
            var f = first;
            for (var c = 0; c < shape.Channels; c++)
                foreach (var read in shape.Generator)
                {
                    var from = row + c * map + read + i;
                    left = T.Fma(T.All(*f), T.Load(from), left);
                    right = T.Fma(T.All(*f), T.Load(from + T.Count), right);
                    f += shape.Taps;
                }
            left.Store(to + i);
            right.Store(to + i + T.Count);
        }
    }

    // The largest is taken off first, so that nothing overflows.
    [MethodImpl(Hot)]
    private void Softmax<T>(float* weights, long step)
        where T : struct, IFloats<T>
    {
        var (taps, rounded) = (shape.Taps, shape.Rounded);
        for (var i = 0; i < rounded; i += T.Count)
        {
            var at = weights + i;
            var most = T.Load(at);
            for (var t = 1; t < taps; t++)
                most = T.Max(most, T.Load(at + t * step));
            var sum = default(T);
            for (var t = 0; t < taps; t++)
            {
                var e = PowerOfTwo.Of((T.Load(at + t * step) - most) * T.All(PowerOfTwo.Log2E));
                e.Store(at + t * step);
                sum += e;
            }
            var scale = T.All(1) / sum;
            for (var t = 0; t < taps; t++)
                (T.Load(at + t * step) * scale).Store(at + t * step);
        }
    }
}
