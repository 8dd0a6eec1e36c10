using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Convolutions;
using static F2Net.Kernels.LowPass.LowPassShape;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>
/// <see cref="AdaptiveLowPass"/> backward for one group of one image, by one thread. A row's kernels are computed again; what they and their
/// generator mean for a row of features is gathered once all the rows that read it have gone by.
/// </summary>
internal sealed unsafe class LowPassBackward : IDisposable
{
    private readonly LowPassShape shape;
    private readonly Scratch scratch;
    private readonly LowPassGenerator generator;
    private readonly SlidingRows features,
        grads,
        weights,
        responseGrads;
    private readonly LowPassSums sums;
    private readonly float* flipped;

    private LowPassBackward(LowPassShape shape, float* weight, float* bias, int group)
    {
        this.shape = shape;
        var (channels, taps) = (shape.Channels, shape.Taps);
        var reads = channels * GeneratorTaps;
        scratch = new Scratch(
            2 * LowPassGenerator.Size(shape)
                + 2 * SlidingRows.Size(channels, shape)
                + 2 * SlidingRows.Size(taps, shape)
                + LowPassSums.Size(shape)
        );
        generator = new LowPassGenerator(scratch, shape, weight, bias, group);
        features = new SlidingRows(scratch, channels, shape, -shape.Reach);
        grads = new SlidingRows(scratch, channels, shape, -shape.Reach);
        weights = new SlidingRows(scratch, taps, shape, -shape.Reach);
        responseGrads = new SlidingRows(scratch, taps, shape, -shape.Reach);
        sums = new LowPassSums(scratch, shape);
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
        Team.Run(
            images * shape.Groups,
            job =>
            {
                using var plane = new LowPassBackward(shape, weight, bias, (int)(job % shape.Groups));
                plane.Work(job, new StoredFeatures(x), new StoredFeatures(grad), gradX + job * shape.Channels * shape.Area);
                plane.sums.Store(gradWeight + job * shape.Taps * shape.Channels * GeneratorTaps, gradBias + job * shape.Taps);
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
        sums.Add(features[y], features.Map, r, responseGrads.Map);
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
}
