using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.LowPass.LowPassShape;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>The gradients of one group's filter generator (Eq. 3 backwards), summed over the rows of an image.</summary>
internal sealed unsafe class LowPassSums
{
    // Sums over so many rows stay in single precision, lane by lane, before they go to the double ones.
    private const int Flush = 16;

    // So many taps' sums stay in registers: the paper's kernels have as many.
    private const int Block = 9;

    private readonly LowPassShape shape;
    private readonly int reads;

    // For each channel and coefficient, and last for the bias, a vector for every tap.
    private readonly float* sums;
    private readonly double[] totals;
    private int rows;

    internal LowPassSums(Scratch scratch, LowPassShape shape)
    {
        this.shape = shape;
        reads = shape.Channels * GeneratorTaps;
        totals = new double[(reads + 1) * shape.Taps];
        sums = scratch.Take((long)totals.Length * Lanes);
    }

    /// <summary>Floats of memory that it takes.</summary>
    internal static long Size(LowPassShape shape) => Scratch.Size((shape.Channels * GeneratorTaps + 1L) * shape.Taps * Lanes);

    /// <summary>Adds what one row means for the gradients of the coefficients and of the biases.</summary>
    /// <param name="row">The first channel's first pixel in sliding rows, <paramref name="map"/> floats from one channel to the next.</param>
    /// <param name="grads">Of the responses, one row for each tap, <paramref name="step"/> floats apart; zero beyond the width.</param>
    internal void Add<T>(float* row, long map, float* grads, long step)
        where T : struct, IFloats<T>
    {
        for (var read = 0; read < reads; read++)
            Dots<T>(
                row + read / GeneratorTaps * map + shape.Generator[read % GeneratorTaps],
                grads,
                step,
                sums + (long)read * shape.Taps * Lanes
            );
        for (var t = 0; t < shape.Taps; t++)
            Bias<T>(grads + t * step, sums + ((long)reads * shape.Taps + t) * Lanes);
        if (++rows % Flush == 0)
            Collect();
    }

    /// <summary>Writes the sums of all rows so far.</summary>
    /// <param name="gradWeight">(k·k, C / G, 3, 3).</param>
    /// <param name="gradBias">(k·k).</param>
    internal void Store(float* gradWeight, float* gradBias)
    {
        Collect();
        for (var t = 0; t < shape.Taps; t++)
        {
            for (var read = 0; read < reads; read++)
                gradWeight[t * reads + read] = (float)totals[read * shape.Taps + t];
            gradBias[t] = (float)totals[reads * shape.Taps + t];
        }
    }

    // Products of one row of features with every tap's row, added to one vector each.
    private void Dots<T>(float* x, float* r, long step, float* to)
        where T : struct, IFloats<T>
    {
        var t = 0;
        for (; t + Block <= shape.Taps; t += Block)
            Nine<T>(x, r + t * step, step, to + t * Lanes);
        for (; t < shape.Taps; t++)
            One<T>(x, r + t * step, to + t * Lanes);
    }

    [MethodImpl(Hot)]
    private void Nine<T>(float* x, float* r, long step, float* to)
        where T : struct, IFloats<T>
    {
        var rounded = shape.Rounded;
        T s0 = default,
            s1 = default,
            s2 = default,
            s3 = default,
            s4 = default,
            s5 = default,
            s6 = default,
            s7 = default,
            s8 = default;
        for (var i = 0; i < rounded; i += T.Count)
        {
            var at = r + i;
            var value = T.Load(x + i);
            s0 = T.Fma(value, T.Load(at), s0);
            s1 = T.Fma(value, T.Load(at + step), s1);
            s2 = T.Fma(value, T.Load(at + 2 * step), s2);
            s3 = T.Fma(value, T.Load(at + 3 * step), s3);
            s4 = T.Fma(value, T.Load(at + 4 * step), s4);
            s5 = T.Fma(value, T.Load(at + 5 * step), s5);
            s6 = T.Fma(value, T.Load(at + 6 * step), s6);
            s7 = T.Fma(value, T.Load(at + 7 * step), s7);
            s8 = T.Fma(value, T.Load(at + 8 * step), s8);
        }
        Collect(s0, to);
        Collect(s1, to + Lanes);
        Collect(s2, to + 2 * Lanes);
        Collect(s3, to + 3 * Lanes);
        Collect(s4, to + 4 * Lanes);
        Collect(s5, to + 5 * Lanes);
        Collect(s6, to + 6 * Lanes);
        Collect(s7, to + 7 * Lanes);
        Collect(s8, to + 8 * Lanes);
    }

    [MethodImpl(Hot)]
    private void One<T>(float* x, float* r, float* to)
        where T : struct, IFloats<T>
    {
        var sum = default(T);
        for (var i = 0; i < shape.Rounded; i += T.Count)
            sum = T.Fma(T.Load(x + i), T.Load(r + i), sum);
        Collect(sum, to);
    }

    [MethodImpl(Hot)]
    private void Bias<T>(float* row, float* to)
        where T : struct, IFloats<T>
    {
        var sum = default(T);
        for (var i = 0; i < shape.Rounded; i += T.Count)
            sum += T.Load(row + i);
        Collect(sum, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Collect<T>(T sum, float* to)
        where T : struct, IFloats<T> => (Vector256.Load(to) + sum.Folded).Store(to);

    // Lanes together, and single precision to double.
    private void Collect()
    {
        for (var i = 0; i < totals.Length; i++)
            totals[i] += Vector256.Sum(Vector256.Load(sums + (long)i * Lanes));
        new Span<float>(sums, totals.Length * Lanes).Clear();
    }
}
