using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Norms;

/// <summary>
/// <see cref="BatchNormActivation"/>'s work, plane by plane: y = relu?(γ·x̂ + β + identity) with x̂ = rate·(x - ⟨x⟩) and rate = 1 / √(variance + ε),
/// ⟨a⟩ a mean over a channel's pixels in all images. The derivative of x̂ by x is symmetric: P(w) = rate·(w - ⟨w⟩ - x̂·⟨w·x̂⟩).
/// </summary>
/// <param name="x">(B, C, H, W), contiguous, H·W a multiple of 8.</param>
/// <param name="scale">γ.</param>
/// <param name="statistics">⟨x⟩ and the rate of each channel, as <see cref="BatchNormStatistics"/> has them.</param>
/// <param name="shown">y where it is behind a ReLU, which lets gradients through where y is above 0.</param>
internal sealed unsafe class BatchNormPlanes(Tensor x, Tensor scale, Tensor statistics, Tensor? shown)
{
    /// <summary>Sums over so many pixels stay in single precision, lane by lane, before they go to the double ones.</summary>
    internal const int Stretch = 2048;

    private readonly long images = x.shape[0],
        channels = x.shape[1],
        area = x.shape[2] * x.shape[3];

    private readonly float* from = Start(x),
        gamma = Start(scale),
        known = Start(statistics),
        open = shown is null ? null : Start(shown);

    private double Count => images * area;

    /// <summary>y.</summary>
    internal Tensor Activate(Tensor shift, Tensor? identity, bool relu)
    {
        var y = empty_like(x);
        float* beta = Start(shift),
            added = identity is null ? null : Start(identity),
            to = Start(y);
        ForEachPlane((channel, start) => Activate(channel, start, beta[channel], added, relu, to));
        return y;
    }

    /// <summary>From g, y's gradient, to the gradients of x, γ, β and identity: γ·P(G), Σ G·x̂, Σ G and G, which is g where the ReLU lets it through.</summary>
    internal List<Tensor> Differentiate(Tensor g, bool identity)
    {
        Tensor gradX = empty_like(x),
            gradScale = empty(channels),
            gradShift = empty(channels);
        var gradIdentity = identity ? empty_like(x) : null;
        float* given = Start(g),
            to = Start(gradX),
            toScale = Start(gradScale),
            toShift = Start(gradShift),
            toIdentity = gradIdentity is null ? null : Start(gradIdentity);
        var parts = Parts(given, null);
        ForEachPlane(
            (channel, start) =>
            {
                var sums = Total(parts, channel);
                (toScale[channel], toShift[channel]) = ((float)sums.GradientAlong, (float)sums.Gradient); // the same from every image
                Differentiate(channel, start, given, (float)(sums.Gradient / Count), (float)(sums.GradientAlong / Count), to, toIdentity);
            }
        );
        return gradIdentity is null ? [gradX, gradScale, gradShift] : [gradX, gradScale, gradShift, gradIdentity];
    }

    /// <summary>
    /// From v, what is asked of the gradients of x, γ, β and identity, to the gradients of x, γ and g. With G as above and
    /// bend = ⟨v·G⟩ - ⟨v⟩⟨G⟩ - ⟨v·x̂⟩⟨G·x̂⟩ these are P(v_γ·G - γ·rate·(⟨v·x̂⟩·G + ⟨G·x̂⟩·v)) - γ·rate²·bend·x̂, Σ G·P(v) = B·H·W·rate·bend, and
    /// γ·P(v) + v_γ·x̂ + v_β + v_identity where the ReLU lets gradients through.
    /// </summary>
    internal List<Tensor> DifferentiateTwice(Tensor g, Tensor v, Tensor vScale, Tensor vShift, Tensor? vIdentity)
    {
        Tensor gradX = empty_like(x),
            gradScale = empty(channels),
            gradG = empty_like(x);
        float* given = Start(g),
            asked = Start(v),
            askedScale = Start(vScale),
            askedShift = Start(vShift),
            askedIdentity = vIdentity is null ? null : Start(vIdentity),
            to = Start(gradX),
            toScale = Start(gradScale),
            toG = Start(gradG);
        var parts = Parts(given, asked);
        ForEachPlane(
            (channel, start) =>
            {
                var terms = new BatchNormTerms(
                    Total(parts, channel),
                    Count,
                    gamma[channel],
                    known[2 * channel + 1],
                    askedScale[channel],
                    askedShift[channel]
                );
                toScale[channel] = terms.GradScale; // the same from every image
                DifferentiateTwice(channel, start, given, asked, askedIdentity, terms, to, toG);
            }
        );
        return [gradX, gradScale, gradG];
    }

    // Does work(channel, first value) for all planes, image by image, as libtorch's operators divide a map: what a thread wrote it reads again.
    private void ForEachPlane(Action<long, long> work) => Team.Run(images * channels, plane => work(plane % channels, plane * area));

    private BatchNormSums[] Parts(float* given, float* asked)
    {
        var parts = new BatchNormSums[images * channels];
        ForEachPlane((channel, start) => parts[start / area] = Sums(channel, start, given, asked));
        return parts;
    }

    private BatchNormSums Total(BatchNormSums[] parts, long channel)
    {
        var total = default(BatchNormSums);
        for (var image = 0L; image < images; image++)
            total = total.And(parts[image * channels + channel]);
        return total;
    }

    [MethodImpl(Hot)]
    private void Activate(long channel, long start, float beta, float* added, bool relu, float* to)
    {
        for (var i = start; i < start + area; i += Lanes)
        {
            var y = Fma(gamma[channel], Normed(channel, i), Vector256.Create(beta));
            if (added != null)
                y += Vector256.Load(added + i);
            (relu ? Vector256.Max(y, Vector256<float>.Zero) : y).Store(to + i);
        }
    }

    // Of G, G·x̂ and, where v is there, v, v·x̂ and v·G.
    [MethodImpl(Hot)]
    private BatchNormSums Sums(long channel, long plane, float* given, float* asked)
    {
        var total = default(BatchNormSums);
        for (long start = plane, end = plane + area; start < end; start += Stretch)
        {
            Vector256<float> g1 = default,
                gx = default,
                v1 = default,
                vx = default,
                gv = default;
            for (var i = start; i < Math.Min(end, start + Stretch); i += Lanes)
            {
                var (normed, one) = (Normed(channel, i), Passed(given, i));
                g1 += one;
                gx = Fma(one, normed, gx);
                if (asked == null)
                    continue;
                var v = Vector256.Load(asked + i);
                v1 += v;
                vx = Fma(v, normed, vx);
                gv = Fma(v, one, gv);
            }
            total = total.And(new(Vector256.Sum(g1), Vector256.Sum(gx), Vector256.Sum(v1), Vector256.Sum(vx), Vector256.Sum(gv)));
        }
        return total;
    }

    [MethodImpl(Hot)]
    private void Differentiate(long channel, long start, float* given, float mean, float along, float* to, float* toIdentity)
    {
        var rate = known[2 * channel + 1];
        for (var i = start; i < start + area; i += Lanes)
        {
            var one = Passed(given, i);
            (Projected(one, Normed(channel, i), mean, along, rate) * gamma[channel]).Store(to + i);
            if (toIdentity != null)
                one.Store(toIdentity + i);
        }
    }

    [MethodImpl(Hot)]
    private void DifferentiateTwice(
        long channel,
        long start,
        float* given,
        float* asked,
        float* askedIdentity,
        BatchNormTerms terms,
        float* to,
        float* toG
    )
    {
        var rate = known[2 * channel + 1];
        for (var i = start; i < start + area; i += Lanes)
        {
            var (normed, one, v) = (Normed(channel, i), Passed(given, i), Vector256.Load(asked + i));
            var w = one * terms.Pull + v * terms.Turn;
            (Projected(w, normed, terms.OfW, terms.WAlong, rate) - normed * terms.Bend).Store(to + i);
            var straight = Fma(terms.Scale, normed, Vector256.Create(terms.Shift));
            if (askedIdentity != null)
                straight += Vector256.Load(askedIdentity + i);
            var gradG = Fma(gamma[channel], Projected(v, normed, terms.OfV, terms.VAlong, rate), straight);
            Passing(gradG, i).Store(toG + i);
        }
    }

    // x̂ of eight pixels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Normed(long channel, long i) =>
        (Vector256.Load(from + i) - Vector256.Create(known[2 * channel])) * known[2 * channel + 1];

    // G of eight pixels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Passed(float* given, long i) => Passing(Vector256.Load(given + i), i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Passing(Vector256<float> values, long i) =>
        open == null ? values : Vector256.GreaterThan(Vector256.Load(open + i), Vector256<float>.Zero) & values;

    // P(w), from ⟨w⟩ and ⟨w·x̂⟩.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Projected(Vector256<float> w, Vector256<float> normed, float mean, float along, float rate) =>
        (w - Vector256.Create(mean) - normed * along) * rate;
}
