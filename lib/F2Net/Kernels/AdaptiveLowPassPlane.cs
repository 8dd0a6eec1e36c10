using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// One group of one image of <see cref="AdaptiveLowPass"/>, worked on by one thread. Rows are held in scratch memory with a border
/// of zeros and a width rounded up to whole vectors, so the inner loops know no edges; what lies beyond the width meets zeros only.
/// </summary>
internal sealed unsafe class AdaptiveLowPassPlane
{
    // The generators are 3 x 3 whatever the kernels they predict.
    private const int GeneratorTaps = 9;
    private const int Lanes = 8;

    // Compiled for speed at once: the first step of a run is as fast as the last.
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private readonly Tensor x;
    private readonly float* weight,
        bias;
    private readonly int channels,
        height,
        width,
        side,
        taps,
        reach,
        rounded,
        stride;
    private readonly long index;

    // How far from a pixel each tap's pixel lies in padded rows: of the predicted kernel, and of its generator.
    private readonly int[] neighbour,
        generator;

    private AdaptiveLowPassPlane(Tensor x, Tensor weight, Tensor bias, long groups, long index)
    {
        (this.x, this.index) = (x, index);
        (channels, height, width) = ((int)(x.shape[1] / groups), (int)x.shape[2], (int)x.shape[3]);
        taps = (int)(weight.shape[0] / groups);
        side = (int)Math.Sqrt(taps);
        reach = Math.Max(1, side / 2);
        rounded = (width + Lanes - 1) / Lanes * Lanes;
        stride = rounded + 2 * reach + Lanes;
        var group = index % groups;
        this.weight = Start(weight) + group * taps * channels * GeneratorTaps;
        this.bias = Start(bias) + group * taps;
        neighbour = [.. Enumerable.Range(0, taps).Select(t => (t / side - side / 2) * stride + t % side - side / 2)];
        generator = [.. Enumerable.Range(0, GeneratorTaps).Select(n => (n / 3 - 1) * stride + n % 3 - 1)];
    }

    private int PaddedSize => channels * (height + 2 * reach) * stride;

    /// <summary>Works on every group of every image, in parallel.</summary>
    internal static void ForEach(Tensor x, Tensor weight, Tensor bias, long groups, Action<AdaptiveLowPassPlane> work) =>
        Parallel.For(
            0,
            x.shape[0] * groups,
            new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            i => work(new AdaptiveLowPassPlane(x, weight, bias, groups, i))
        );

    internal void Forward(Tensor low)
    {
        using var scratch = new Scratch(PaddedSize + (taps + 1) * rounded);
        var padded = Pad(scratch);
        var weights = scratch.Take(taps * rounded);
        var line = scratch.Take(rounded);
        var to = Of(low, channels);
        for (var y = 0; y < height; y++)
        {
            Weights(padded, y, weights);
            for (var c = 0; c < channels; c++)
            {
                Weigh(padded + Row(c, y), weights, line);
                Copy(line, to + ((long)c * height + y) * width);
            }
        }
    }

    internal void Backward(Tensor grad, Tensor gradX, Tensor gradWeight, Tensor gradBias)
    {
        using var scratch = new Scratch(2 * PaddedSize + (2 * taps + channels) * rounded);
        var padded = Pad(scratch);
        var paddedGrad = scratch.Take(PaddedSize);
        var weights = scratch.Take(taps * rounded);
        var responseGrads = scratch.Take(taps * rounded);
        var lines = scratch.Take(channels * rounded);
        var weightSums = new double[taps * channels * GeneratorTaps];
        var biasSums = new double[taps];
        var from = Of(grad, channels);
        for (var y = 0; y < height; y++)
        {
            Weights(padded, y, weights);
            for (var c = 0; c < channels; c++)
                Copy(from + ((long)c * height + y) * width, lines + c * rounded);
            Differentiate(y, padded, paddedGrad, lines, weights, responseGrads);
            GeneratorBackward(y, padded, paddedGrad, responseGrads, weightSums, biasSums);
        }

        var inner = Of(gradX, channels);
        for (var c = 0; c < channels; c++)
        for (var y = 0; y < height; y++)
            Copy(paddedGrad + Row(c, y), inner + ((long)c * height + y) * width);
        Store(weightSums, Start(gradWeight) + index * weightSums.Length);
        Store(biasSums, Start(gradBias) + index * taps);
    }

    // Eq. 5 for one row of one channel.
    [MethodImpl(Hot)]
    private void Weigh(float* row, float* weights, float* line)
    {
        for (var i = 0; i < rounded; i += Lanes)
        {
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < taps; t++)
                sum = Fma(Vector256.Load(weights + t * rounded + i), Vector256.Load(row + neighbour[t] + i), sum);
            sum.Store(line + i);
        }
    }

    // The generator's responses of one row (Eq. 3) and their softmax over the taps (Eq. 4); the largest is taken off first, so
    // that nothing overflows.
    [MethodImpl(Hot)]
    private void Weights(float* padded, int y, float* weights)
    {
        for (var t = 0; t < taps; t++)
        {
            new Span<float>(weights + t * rounded, rounded).Fill(bias[t]);
            for (var c = 0; c < channels; c++)
            {
                var row = padded + Row(c, y);
                var filter = weight + (t * channels + c) * GeneratorTaps;
                for (var i = 0; i < rounded; i += Lanes)
                {
                    var sum = Vector256.Load(weights + t * rounded + i);
                    for (var n = 0; n < GeneratorTaps; n++)
                        sum = Fma(Vector256.Create(filter[n]), Vector256.Load(row + generator[n] + i), sum);
                    sum.Store(weights + t * rounded + i);
                }
            }
        }

        for (var i = 0; i < rounded; i += Lanes)
        {
            var most = Vector256.Load(weights + i);
            for (var t = 1; t < taps; t++)
                most = Vector256.Max(most, Vector256.Load(weights + t * rounded + i));
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < taps; t++)
            {
                var e = Vector256.Exp(Vector256.Load(weights + t * rounded + i) - most);
                e.Store(weights + t * rounded + i);
                sum += e;
            }
            var scale = Vector256<float>.One / sum;
            for (var t = 0; t < taps; t++)
                (Vector256.Load(weights + t * rounded + i) * scale).Store(weights + t * rounded + i);
        }
    }

    // Eq. 5 and the softmax backwards: gradients of one row's responses, and of the neighbours it weighed.
    [MethodImpl(Hot)]
    private void Differentiate(int y, float* padded, float* paddedGrad, float* lines, float* weights, float* responseGrads)
    {
        for (var i = 0; i < rounded; i += Lanes)
        {
            var mean = Vector256<float>.Zero; // Σ w_t dw_t
            for (var t = 0; t < taps; t++)
            {
                var w = Vector256.Load(weights + t * rounded + i);
                var sum = Vector256<float>.Zero;
                for (var c = 0; c < channels; c++)
                {
                    var g = Vector256.Load(lines + c * rounded + i);
                    var at = Row(c, y) + neighbour[t] + i;
                    sum = Fma(g, Vector256.Load(padded + at), sum);
                    Fma(w, g, Vector256.Load(paddedGrad + at)).Store(paddedGrad + at);
                }
                sum.Store(responseGrads + t * rounded + i);
                mean = Fma(w, sum, mean);
            }
            for (var t = 0; t < taps; t++)
            {
                var at = t * rounded + i;
                (Vector256.Load(weights + at) * (Vector256.Load(responseGrads + at) - mean)).Store(responseGrads + at);
            }
        }
        // Beyond the width the weights are not zero, but their gradients must be.
        for (var t = 0; t < taps; t++)
            new Span<float>(responseGrads + t * rounded + width, rounded - width).Clear();
    }

    // Eq. 3 backwards: what one row's response gradients mean for the generator and for the pixels it read.
    private void GeneratorBackward(int y, float* padded, float* paddedGrad, float* responseGrads, double[] weightSums, double[] biasSums)
    {
        for (var t = 0; t < taps; t++)
            biasSums[t] += Dot(responseGrads + t * rounded, null);
        for (var c = 0; c < channels; c++)
        for (var n = 0; n < GeneratorTaps; n++)
        {
            var at = Row(c, y) + generator[n];
            for (var t = 0; t < taps; t++)
                weightSums[(t * channels + c) * GeneratorTaps + n] += Dot(responseGrads + t * rounded, padded + at);
            Spread(responseGrads, weight + c * GeneratorTaps + n, paddedGrad + at);
        }
    }

    // Adds each tap's response gradients, weighed by its generator's one coefficient, to the pixels that coefficient read.
    [MethodImpl(Hot)]
    private void Spread(float* responseGrads, float* coefficients, float* to)
    {
        for (var i = 0; i < rounded; i += Lanes)
        {
            var sum = Vector256.Load(to + i);
            for (var t = 0; t < taps; t++)
                sum = Fma(
                    Vector256.Create(coefficients[t * channels * GeneratorTaps]),
                    Vector256.Load(responseGrads + t * rounded + i),
                    sum
                );
            sum.Store(to + i);
        }
    }

    // Four sums side by side: one alone would wait for itself.
    [MethodImpl(Hot)]
    private float Dot(float* a, float* b)
    {
        var one = Vector256<float>.One;
        Vector256<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        var i = 0;
        for (; i + 4 * Lanes <= rounded; i += 4 * Lanes)
        {
            s0 = Fma(Vector256.Load(a + i), b is null ? one : Vector256.Load(b + i), s0);
            s1 = Fma(Vector256.Load(a + i + Lanes), b is null ? one : Vector256.Load(b + i + Lanes), s1);
            s2 = Fma(Vector256.Load(a + i + 2 * Lanes), b is null ? one : Vector256.Load(b + i + 2 * Lanes), s2);
            s3 = Fma(Vector256.Load(a + i + 3 * Lanes), b is null ? one : Vector256.Load(b + i + 3 * Lanes), s3);
        }
        for (; i < rounded; i += Lanes)
            s0 = Fma(Vector256.Load(a + i), b is null ? one : Vector256.Load(b + i), s0);
        return Vector256.Sum(s0 + s1 + (s2 + s3));
    }

    private float* Pad(Scratch scratch)
    {
        var padded = scratch.Take(PaddedSize);
        var plane = Of(x, channels);
        for (var c = 0; c < channels; c++)
        for (var y = 0; y < height; y++)
            Copy(plane + ((long)c * height + y) * width, padded + Row(c, y));
        return padded;
    }

    // Where a channel's row begins, its first pixel and not its border.
    private long Row(int channel, int y) => ((long)channel * (height + 2 * reach) + y + reach) * stride + reach;

    private void Copy(float* from, float* to) => Buffer.MemoryCopy(from, to, width * 4L, width * 4L);

    // Where this group's maps of one tensor begin.
    private float* Of(Tensor tensor, int maps) => Start(tensor) + index * maps * height * width;

    // Native memory, so the address stays.
    private static float* Start(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private static void Store(double[] sums, float* to)
    {
        for (var i = 0; i < sums.Length; i++)
            to[i] = (float)sums[i];
    }

    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(a, b, sum);

    /// <summary>Zeroed memory of one job, handed out piece by piece.</summary>
    private sealed class Scratch(long floats) : IDisposable
    {
        private readonly float* memory = (float*)NativeMemory.AllocZeroed((nuint)floats, sizeof(float));
        private long taken;

        internal float* Take(long count)
        {
            var piece = memory + taken;
            taken += count;
            return piece;
        }

        public void Dispose() => NativeMemory.Free(memory);
    }
}
