using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.LowPassShape;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

/// <summary>
/// <see cref="AdaptiveLowPass"/> backward for one group of one image, by one thread. A row's kernels are computed again; what they and their
/// generator mean for a row of features is gathered once all the rows that read it have gone by.
/// </summary>
internal sealed unsafe class LowPassBackward : IDisposable
{
    // Sums over so many rows stay in single precision, lane by lane, before they go to the double ones.
    private const int Flush = 16;

    // So many taps' sums stay in registers: the paper's kernels have as many.
    private const int Block = 9;

    private readonly LowPassShape shape;
    private readonly Scratch scratch;
    private readonly LowPassGenerator generator;
    private readonly SlidingRows features,
        grads,
        weights,
        responseGrads;
    private readonly float* flipped,
        sums;
    private readonly double[] totals;

    private LowPassBackward(LowPassShape shape, float* weight, float* bias, int group)
    {
        this.shape = shape;
        var (channels, taps) = (shape.Channels, shape.Taps);
        var reads = channels * GeneratorTaps;
        scratch = new Scratch(
            2 * LowPassGenerator.Size(shape)
                + 2 * SlidingRows.Size(channels, shape)
                + 2 * SlidingRows.Size(taps, shape)
                + Scratch.Size((reads + 1L) * taps * Lanes)
        );
        generator = new LowPassGenerator(scratch, shape, weight, bias, group);
        features = new SlidingRows(scratch, channels, shape, -shape.Reach);
        grads = new SlidingRows(scratch, channels, shape, -shape.Reach);
        weights = new SlidingRows(scratch, taps, shape, -shape.Reach);
        responseGrads = new SlidingRows(scratch, taps, shape, -shape.Reach);
        sums = scratch.Take((reads + 1L) * taps * Lanes);
        totals = new double[(reads + 1) * taps];
        flipped = scratch.Take((long)reads * taps);
        for (var read = 0; read < reads; read++)
        for (var t = 0; t < taps; t++)
            flipped[(read % GeneratorTaps * taps + t) * channels + read / GeneratorTaps] = generator.Coefficients[read * taps + t];
    }

    /// <param name="x">The features, (B, C, H, W).</param>
    /// <param name="weight">The generators, (G·k·k, C / G, 3, 3).</param>
    /// <param name="bias">(G·k·k).</param>
    /// <param name="grad">Of low, (B, C, H, W).</param>
    /// <param name="gradX">(B, C, H, W), written.</param>
    /// <param name="gradWeight">(B, G·k·k, C / G, 3, 3), written: each image's own.</param>
    /// <param name="gradBias">(B, G·k·k), written.</param>
    internal static void Run(
        LowPassShape shape,
        long images,
        float* x,
        float* weight,
        float* bias,
        float* grad,
        float* gradX,
        float* gradWeight,
        float* gradBias
    ) =>
        Simd.Parallel(
            images * shape.Groups,
            job =>
            {
                using var plane = new LowPassBackward(shape, weight, bias, (int)(job % shape.Groups));
                plane.Work(job, new StoredFeatures(x), new StoredFeatures(grad), gradX + job * shape.Channels * shape.Area);
                plane.Store(gradWeight + job * shape.Taps * shape.Channels * GeneratorTaps, gradBias + job * shape.Taps);
            }
        );

    public void Dispose() => scratch.Dispose();

    private void Work(long job, FeatureRows x, FeatureRows grad, float* gradX)
    {
        var (image, group) = (job / shape.Groups, (int)(job % shape.Groups));
        // Features run ahead of the kernels that read them, and these ahead of the features whose gradients they make.
        for (var ahead = -shape.Reach; ahead < shape.Height + 2 * shape.Reach; ahead++)
        {
            var next = features.Next(ahead);
            if (ahead >= 0 && ahead < shape.Height)
                x.Load(shape, image, group, ahead, next, features.Map);
            var y = ahead - shape.Reach;
            if (y < -shape.Reach)
                continue;
            Advance(image, group, y, grad);
            if (y >= shape.Reach)
                Gather(y - shape.Reach, gradX);
        }
        Collect();
    }

    // The kernels of row y, and the gradients of the responses they were made of.
    private void Advance(long image, int group, int y, FeatureRows grad)
    {
        float* g = grads.Next(y),
            w = weights.Next(y),
            r = responseGrads.Next(y);
        if (y < 0 || y >= shape.Height)
            return;
        grad.Load(shape, image, group, y, g, grads.Map);
        generator.Weights(features[y], features.Map, w, weights.Map);
        Differentiate(features[y], g, w, r);
        Sum(features[y], r);
        if (y % Flush == Flush - 1)
            Collect();
    }

    // Eq. 5 and the softmax backwards.
    [MethodImpl(Hot)]
    private void Differentiate(float* x, float* g, float* w, float* r)
    {
        var (channels, taps) = (shape.Channels, shape.Taps);
        fixed (int* neighbour = shape.Neighbour)
            for (var i = 0; i < shape.Width; i += Lanes)
            {
                var mean = Vector256<float>.Zero; // Σ w_t dw_t
                for (var t = 0; t < taps; t++)
                {
                    var sum = Vector256<float>.Zero;
                    for (var c = 0; c < channels; c++)
                        sum = Fma(Vector256.Load(g + c * grads.Map + i), Vector256.Load(x + c * features.Map + neighbour[t] + i), sum);
                    sum.Store(r + t * responseGrads.Map + i);
                    mean = Fma(Vector256.Load(w + t * weights.Map + i), sum, mean);
                }
                // Beyond the width the gradients are zero, and so are these.
                for (var t = 0; t < taps; t++)
                {
                    var at = r + t * responseGrads.Map + i;
                    (Vector256.Load(w + t * weights.Map + i) * (Vector256.Load(at) - mean)).Store(at);
                }
            }
    }

    // Eq. 3 backwards for the generator: what one row adds to the gradients of its coefficients and, last, of its biases.
    private void Sum(float* x, float* r)
    {
        var reads = shape.Channels * GeneratorTaps;
        for (var read = 0; read < reads; read++)
            Dots(
                x + read / GeneratorTaps * features.Map + shape.Generator[read % GeneratorTaps],
                r,
                sums + (long)read * shape.Taps * Lanes
            );
        for (var t = 0; t < shape.Taps; t++)
            Add(r + t * responseGrads.Map, sums + ((long)reads * shape.Taps + t) * Lanes);
    }

    // Products of one row of features with every tap's row, added to one vector each.
    private void Dots(float* x, float* r, float* to)
    {
        var t = 0;
        for (; t + Block <= shape.Taps; t += Block)
            Nine(x, r + t * responseGrads.Map, to + t * Lanes);
        for (; t < shape.Taps; t++)
            One(x, r + t * responseGrads.Map, to + t * Lanes);
    }

    [MethodImpl(Hot)]
    private void Nine(float* x, float* r, float* to)
    {
        var (step, rounded) = (responseGrads.Map, shape.Rounded);
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
    private void Add(float* row, float* to)
    {
        var sum = Vector256.Load(to);
        for (var i = 0; i < shape.Rounded; i += Lanes)
            sum += Vector256.Load(row + i);
        sum.Store(to);
    }

    // The gradients of one row of features: from the kernels that weighed it and from the generator that read it.
    private void Gather(int y, float* gradX)
    {
        var to = gradX + (long)y * shape.Width;
        var c = 0;
        for (; c + 4 <= shape.Channels; c += 4)
            GatherFour(grads[y] + c * grads.Map, weights[y], responseGrads[y], flipped + c, to + c * shape.Area);
        for (; c < shape.Channels; c++)
            GatherOne(grads[y] + c * grads.Map, weights[y], responseGrads[y], flipped + c, to + c * shape.Area);
    }

    [MethodImpl(Hot)]
    private void GatherFour(float* g, float* w, float* r, float* coefficients, float* to)
    {
        var (taps, channels, width, map) = (shape.Taps, shape.Channels, shape.Width, grads.Map);
        for (var i = 0; i < width; i += 2 * Lanes)
        {
            Vector256<float> a0 = default,
                a1 = default,
                a2 = default,
                a3 = default,
                b0 = default,
                b1 = default,
                b2 = default,
                b3 = default;
            for (var t = 0; t < taps; t++)
            {
                var from = w + t * weights.Map - shape.Neighbour[t] + i;
                var at = g - shape.Neighbour[t] + i;
                Vector256<float> left = Vector256.Load(from),
                    right = Vector256.Load(from + Lanes);
                a0 = Fma(left, Vector256.Load(at), a0);
                b0 = Fma(right, Vector256.Load(at + Lanes), b0);
                a1 = Fma(left, Vector256.Load(at + map), a1);
                b1 = Fma(right, Vector256.Load(at + map + Lanes), b1);
                a2 = Fma(left, Vector256.Load(at + 2 * map), a2);
                b2 = Fma(right, Vector256.Load(at + 2 * map + Lanes), b2);
                a3 = Fma(left, Vector256.Load(at + 3 * map), a3);
                b3 = Fma(right, Vector256.Load(at + 3 * map + Lanes), b3);
            }
            var f = coefficients;
            for (var n = 0; n < GeneratorTaps; n++)
            {
                var from = r - shape.Generator[n] + i;
                for (var t = 0; t < taps; t++, f += channels, from += responseGrads.Map)
                {
                    Vector256<float> left = Vector256.Load(from),
                        right = Vector256.Load(from + Lanes);
                    a0 = Fma(f[0], left, a0);
                    b0 = Fma(f[0], right, b0);
                    a1 = Fma(f[1], left, a1);
                    b1 = Fma(f[1], right, b1);
                    a2 = Fma(f[2], left, a2);
                    b2 = Fma(f[2], right, b2);
                    a3 = Fma(f[3], left, a3);
                    b3 = Fma(f[3], right, b3);
                }
            }
            PutTwo(a0, b0, to + i, width - i);
            PutTwo(a1, b1, to + shape.Area + i, width - i);
            PutTwo(a2, b2, to + 2 * shape.Area + i, width - i);
            PutTwo(a3, b3, to + 3 * shape.Area + i, width - i);
        }
    }

    [MethodImpl(Hot)]
    private void GatherOne(float* g, float* w, float* r, float* coefficients, float* to)
    {
        for (var i = 0; i < shape.Width; i += Lanes)
        {
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < shape.Taps; t++)
            {
                var at = i - shape.Neighbour[t];
                sum = Fma(Vector256.Load(w + t * weights.Map + at), Vector256.Load(g + at), sum);
            }
            var f = coefficients;
            foreach (var read in shape.Generator)
                for (var t = 0; t < shape.Taps; t++, f += shape.Channels)
                    sum = Fma(*f, Vector256.Load(r + t * responseGrads.Map + i - read), sum);
            Put(sum, to + i, shape.Width - i);
        }
    }

    private static void PutTwo(Vector256<float> left, Vector256<float> right, float* to, int room)
    {
        Put(left, to, room);
        if (room > Lanes)
            Put(right, to + Lanes, room - Lanes);
    }

    // Lanes together, and single precision to double.
    private void Collect()
    {
        for (var i = 0; i < totals.Length; i++)
            totals[i] += Vector256.Sum(Vector256.Load(sums + (long)i * Lanes));
        new Span<float>(sums, totals.Length * Lanes).Clear();
    }

    private void Store(float* gradWeight, float* gradBias)
    {
        var reads = shape.Channels * GeneratorTaps;
        for (var t = 0; t < shape.Taps; t++)
        {
            for (var read = 0; read < reads; read++)
                gradWeight[t * reads + read] = (float)totals[read * shape.Taps + t];
            gradBias[t] = (float)totals[reads * shape.Taps + t];
        }
    }
}
