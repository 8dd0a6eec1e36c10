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
    internal void Add(float* row, long map, float* grads, long step)
    {
        for (var read = 0; read < reads; read++)
            Dots(
                row + read / GeneratorTaps * map + shape.Generator[read % GeneratorTaps],
                grads,
                step,
                sums + (long)read * shape.Taps * Lanes
            );
        for (var t = 0; t < shape.Taps; t++)
            Bias(grads + t * step, sums + ((long)reads * shape.Taps + t) * Lanes);
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
    private void Dots(float* x, float* r, long step, float* to)
    {
        var t = 0;
        for (; t + Block <= shape.Taps; t += Block)
            Nine(x, r + t * step, step, to + t * Lanes);
        for (; t < shape.Taps; t++)
            One(x, r + t * step, to + t * Lanes);
    }

    [MethodImpl(Hot)]
    private void Nine(float* x, float* r, long step, float* to)
    {
        var rounded = shape.Rounded;
        Vector256<float> s0 = Vector256.Load(to),
            s1 = Vector256.Load(to + Lanes),
            s2 = Vector256.Load(to + 2 * Lanes),
            s3 = Vector256.Load(to + 3 * Lanes),
            s4 = Vector256.Load(to + 4 * Lanes),
            s5 = Vector256.Load(to + 5 * Lanes),
            s6 = Vector256.Load(to + 6 * Lanes),
            s7 = Vector256.Load(to + 7 * Lanes),
            s8 = Vector256.Load(to + 8 * Lanes);
        for (var i = 0; i < rounded; i += Lanes)
        {
            var at = r + i;
            var value = Vector256.Load(x + i);
            s0 = Fma(value, Vector256.Load(at), s0);
            s1 = Fma(value, Vector256.Load(at + step), s1);
            s2 = Fma(value, Vector256.Load(at + 2 * step), s2);
            s3 = Fma(value, Vector256.Load(at + 3 * step), s3);
            s4 = Fma(value, Vector256.Load(at + 4 * step), s4);
            s5 = Fma(value, Vector256.Load(at + 5 * step), s5);
            s6 = Fma(value, Vector256.Load(at + 6 * step), s6);
            s7 = Fma(value, Vector256.Load(at + 7 * step), s7);
            s8 = Fma(value, Vector256.Load(at + 8 * step), s8);
        }
        s0.Store(to);
        s1.Store(to + Lanes);
        s2.Store(to + 2 * Lanes);
        s3.Store(to + 3 * Lanes);
        s4.Store(to + 4 * Lanes);
        s5.Store(to + 5 * Lanes);
        s6.Store(to + 6 * Lanes);
        s7.Store(to + 7 * Lanes);
        s8.Store(to + 8 * Lanes);
    }

    [MethodImpl(Hot)]
    private void One(float* x, float* r, float* to)
    {
        var sum = Vector256.Load(to);
        for (var i = 0; i < shape.Rounded; i += Lanes)
            sum = Fma(Vector256.Load(x + i), Vector256.Load(r + i), sum);
        sum.Store(to);
    }

    [MethodImpl(Hot)]
    private void Bias(float* row, float* to)
    {
        var sum = Vector256.Load(to);
        for (var i = 0; i < shape.Rounded; i += Lanes)
            sum += Vector256.Load(row + i);
        sum.Store(to);
    }

    // Lanes together, and single precision to double.
    private void Collect()
    {
        for (var i = 0; i < totals.Length; i++)
            totals[i] += Vector256.Sum(Vector256.Load(sums + (long)i * Lanes));
        new Span<float>(sums, totals.Length * Lanes).Clear();
    }
}
