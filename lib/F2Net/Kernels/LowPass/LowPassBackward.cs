using System.Runtime.CompilerServices;
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
    /// <param name="ofLow">The gradient of low, (B, C, H, W).</param>
    /// <param name="ofHigh">Of what low leaves over, likewise; null where that is not wanted.</param>
    /// <param name="gradX">(B, C, H, W), written.</param>
    /// <param name="gradWeight">(B, G·k·k, C / G, 3, 3), written: each image's own.</param>
    /// <param name="gradBias">(B, G·k·k), written.</param>
    internal static void Run(
        LowPassShape shape,
        long images,
        float* x,
        float* weight,
        float* bias,
        float* ofLow,
        float* ofHigh,
        float* gradX,
        float* gradWeight,
        float* gradBias
    )
    {
        FeatureRows rows = new StoredFeatures(x);
        // high = x - low: what arrives there reaches low with the other sign, and x itself.
        FeatureRows gradRows = ofHigh == null ? new StoredFeatures(ofLow) : new Differences(ofLow, ofHigh);
        Team.Run(
            images * shape.Groups,
            job =>
            {
                using var plane = new LowPassBackward(shape, weight, bias, (int)(job % shape.Groups));
                var first = job * shape.Channels * shape.Area;
                float* to = gradX + first,
                    added = ofHigh == null ? null : ofHigh + first;
                if (Sixteen.AreThere)
                    plane.Work<Sixteen>(job, rows, gradRows, added, to);
                else
                    plane.Work<Eight>(job, rows, gradRows, added, to);
                plane.sums.Store(gradWeight + job * shape.Taps * shape.Channels * GeneratorTaps, gradBias + job * shape.Taps);
            }
        );
    }

    public void Dispose() => scratch.Dispose();

    private void Work<T>(long job, FeatureRows x, FeatureRows grad, float* added, float* gradX)
        where T : struct, IFloats<T>
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
            Advance<T>(image, group, y, grad);
            if (y >= shape.Reach)
                Gather<T>(y - shape.Reach, added, gradX);
        }
    }

    // The kernels of row y, and the gradients of the responses they were made of.
    private void Advance<T>(long image, int group, int y, FeatureRows grad)
        where T : struct, IFloats<T>
    {
        float* g = grads.Next(y),
            w = weights.Next(y),
            r = responseGrads.Next(y);
        if (y < 0 || y >= shape.Height)
            return;
        grad.Load(shape, image, group, y, g, grads.Map);
        generator.Weights<T>(features[y], features.Map, w, weights.Map);
        Differentiate<T>(features[y], g, w, r);
        sums.Add<T>(features[y], features.Map, r, responseGrads.Map);
    }

    // Eq. 5 and the softmax backwards.
    [MethodImpl(Hot)]
    private void Differentiate<T>(float* x, float* g, float* w, float* r)
        where T : struct, IFloats<T>
    {
        var (channels, taps) = (shape.Channels, shape.Taps);
        fixed (int* neighbour = shape.Neighbour)
            for (var i = 0; i < shape.Width; i += T.Count)
            {
                var mean = default(T); // Σ w_t dw_t
                for (var t = 0; t < taps; t++)
                {
                    var sum = default(T);
                    for (var c = 0; c < channels; c++)
                        sum = T.Fma(T.Load(g + c * grads.Map + i), T.Load(x + c * features.Map + neighbour[t] + i), sum);
                    sum.Store(r + t * responseGrads.Map + i);
                    mean = T.Fma(T.Load(w + t * weights.Map + i), sum, mean);
                }
                // Beyond the width the gradients are zero, and so are these.
                for (var t = 0; t < taps; t++)
                {
                    var at = r + t * responseGrads.Map + i;
                    (T.Load(w + t * weights.Map + i) * (T.Load(at) - mean)).Store(at);
                }
            }
    }

    // The gradients of one row of features: from the kernels that weighed it, from the generator that read it, and what is added to these.
    private void Gather<T>(int y, float* added, float* gradX)
        where T : struct, IFloats<T>
    {
        var row = (long)y * shape.Width;
        var to = gradX + row;
        var c = 0;
        for (; c + 4 <= shape.Channels; c += 4)
            GatherFour<T>(grads[y] + c * grads.Map, weights[y], responseGrads[y], flipped + c, to + c * shape.Area);
        for (; c < shape.Channels; c++)
            GatherOne<T>(grads[y] + c * grads.Map, weights[y], responseGrads[y], flipped + c, to + c * shape.Area);
        if (added != null)
            for (c = 0; c < shape.Channels; c++)
                Add(added + row + c * shape.Area, to + c * shape.Area, shape.Width);
    }

    [MethodImpl(Hot)]
    private void GatherFour<T>(float* g, float* w, float* r, float* coefficients, float* to)
        where T : struct, IFloats<T>
    {
        var (taps, channels, width, map) = (shape.Taps, shape.Channels, shape.Width, grads.Map);
        for (var i = 0; i < width; i += 2 * T.Count)
        {
            T a0 = default,
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
                T left = T.Load(from),
                    right = T.Load(from + T.Count);
                a0 = T.Fma(left, T.Load(at), a0);
                b0 = T.Fma(right, T.Load(at + T.Count), b0);
                a1 = T.Fma(left, T.Load(at + map), a1);
                b1 = T.Fma(right, T.Load(at + map + T.Count), b1);
                a2 = T.Fma(left, T.Load(at + 2 * map), a2);
                b2 = T.Fma(right, T.Load(at + 2 * map + T.Count), b2);
                a3 = T.Fma(left, T.Load(at + 3 * map), a3);
                b3 = T.Fma(right, T.Load(at + 3 * map + T.Count), b3);
            }
            var f = coefficients;
            for (var n = 0; n < GeneratorTaps; n++)
            {
                var from = r - shape.Generator[n] + i;
                for (var t = 0; t < taps; t++, f += channels, from += responseGrads.Map)
                {
                    T left = T.Load(from),
                        right = T.Load(from + T.Count);
                    a0 = T.Fma(T.All(f[0]), left, a0);
                    b0 = T.Fma(T.All(f[0]), right, b0);
                    a1 = T.Fma(T.All(f[1]), left, a1);
                    b1 = T.Fma(T.All(f[1]), right, b1);
                    a2 = T.Fma(T.All(f[2]), left, a2);
                    b2 = T.Fma(T.All(f[2]), right, b2);
                    a3 = T.Fma(T.All(f[3]), left, a3);
                    b3 = T.Fma(T.All(f[3]), right, b3);
                }
            }
            PutTwo(a0, b0, to + i, width - i);
            PutTwo(a1, b1, to + shape.Area + i, width - i);
            PutTwo(a2, b2, to + 2 * shape.Area + i, width - i);
            PutTwo(a3, b3, to + 3 * shape.Area + i, width - i);
        }
    }

    [MethodImpl(Hot)]
    private void GatherOne<T>(float* g, float* w, float* r, float* coefficients, float* to)
        where T : struct, IFloats<T>
    {
        for (var i = 0; i < shape.Width; i += T.Count)
        {
            var sum = default(T);
            for (var t = 0; t < shape.Taps; t++)
            {
                var at = i - shape.Neighbour[t];
                sum = T.Fma(T.Load(w + t * weights.Map + at), T.Load(g + at), sum);
            }
            var f = coefficients;
            foreach (var read in shape.Generator)
                for (var t = 0; t < shape.Taps; t++, f += shape.Channels)
                    sum = T.Fma(T.All(*f), T.Load(r + t * responseGrads.Map + i - read), sum);
            Put(sum, to + i, shape.Width - i);
        }
    }

    private static void PutTwo<T>(T left, T right, float* to, int room)
        where T : struct, IFloats<T>
    {
        Put(left, to, room);
        if (room > T.Count)
            Put(right, to + T.Count, room - T.Count);
    }
}
