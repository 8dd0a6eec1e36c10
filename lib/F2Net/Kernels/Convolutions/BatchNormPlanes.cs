using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp.Modules;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// <see cref="BatchNormActivation"/>'s work, channel by channel: y = relu?(γ·x̂ + β + identity) with x̂ = rate·(x - ⟨x⟩) and rate = 1 / √(variance + ε),
/// ⟨a⟩ a mean over a channel's pixels in all images. The derivative of x̂ by x is symmetric: P(w) = rate·(w - ⟨w⟩ - x̂·⟨w·x̂⟩).
/// </summary>
/// <param name="x">(B, C, H, W), contiguous, H·W a multiple of 8.</param>
/// <param name="scale">γ.</param>
/// <param name="statistics">⟨x⟩ and the rate of each channel, as <see cref="Statistics"/> has them.</param>
/// <param name="shown">y where it is behind a ReLU, which lets gradients through where y is above 0.</param>
internal sealed unsafe class BatchNormPlanes(Tensor x, Tensor scale, Tensor statistics, Tensor? shown)
{
    // Sums over so many pixels stay in single precision, lane by lane, before they go to the double ones.
    private const int Stretch = 2048;

    private readonly long images = x.shape[0],
        channels = x.shape[1],
        area = x.shape[2] * x.shape[3];

    private readonly float* from = Start(x),
        gamma = Start(scale),
        known = Start(statistics),
        open = shown is null ? null : Start(shown);

    private double Count => images * area;

    /// <summary>Whether the kernel can do what a norm does to x in training.</summary>
    internal static bool Takes(BatchNorm2d norm, Tensor x) =>
        Simd.Takes(x) && x.shape[2] * x.shape[3] % Lanes == 0 && norm is { momentum: not null, running_mean: not null, running_var: not null };

    /// <summary>⟨x⟩ and the rate of each channel of x, (C, 2); the norm's running statistics move towards them.</summary>
    internal static Tensor Statistics(BatchNorm2d norm, Tensor x)
    {
        var statistics = empty(x.shape[1], 2);
        new BatchNormPlanes(x, x, statistics, null).Measure(norm);
        norm.num_batches_tracked!.add_(1);
        return statistics;
    }

    /// <summary>y.</summary>
    internal Tensor Activate(Tensor shift, Tensor? identity, bool relu)
    {
        var y = empty_like(x);
        float* beta = Start(shift),
            added = identity is null ? null : Start(identity),
            to = Start(y);
        ForEachPlane((channel, start, end) => Activate(channel, start, end, beta[channel], added, relu, to));
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
        Team.Run(
            channels,
            channel =>
            {
                var sums = Sums(channel, given, null);
                (toScale[channel], toShift[channel]) = ((float)sums.GradientAlong, (float)sums.Gradient);
                var (mean, along) = ((float)(sums.Gradient / Count), (float)(sums.GradientAlong / Count));
                for (var image = 0L; image < images; image++)
                    Differentiate(channel, Plane(image, channel), given, mean, along, to, toIdentity);
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
        Team.Run(
            channels,
            channel =>
            {
                var sums = Sums(channel, given, asked);
                var rate = known[2 * channel + 1];
                double ofG = sums.Gradient / Count,
                    gAlong = sums.GradientAlong / Count,
                    ofV = sums.Asked / Count,
                    vAlong = sums.AskedAlong / Count;
                var bend = sums.Both / Count - ofV * ofG - vAlong * gAlong;
                toScale[channel] = (float)(Count * rate * bend);
                double pull = askedScale[channel] - gamma[channel] * rate * vAlong, // w = pull·G + turn·v
                    turn = -gamma[channel] * rate * gAlong;
                var terms = new Terms(
                    (float)pull,
                    (float)turn,
                    (float)(pull * ofG + turn * ofV),
                    (float)(pull * gAlong + turn * vAlong),
                    (float)(gamma[channel] * rate * rate * bend),
                    (float)ofV,
                    (float)vAlong,
                    askedScale[channel],
                    askedShift[channel]
                );
                for (var image = 0L; image < images; image++)
                    DifferentiateTwice(channel, Plane(image, channel), given, asked, askedIdentity, terms, to, toG);
            }
        );
        return [gradX, gradScale, gradG];
    }

    private long Plane(long image, long channel) => (image * channels + channel) * area;

    // Does work(channel, first value, end) for all planes.
    private void ForEachPlane(Action<long, long, long> work) =>
        Team.Run(images * channels, plane => work(plane % channels, plane * area, (plane + 1) * area));

    private void Measure(BatchNorm2d norm)
    {
        var (momentum, epsilon) = (norm.momentum!.Value, norm.eps);
        float* runningMean = Start(norm.running_mean!),
            runningVariance = Start(norm.running_var!);
        Team.Run(
            channels,
            channel =>
            {
                var mean = Sum(channel) / Count;
                known[2 * channel] = (float)mean;
                var squares = Squares(channel, (float)mean);
                known[2 * channel + 1] = (float)(1 / Math.Sqrt(squares / Count + epsilon));
                runningMean[channel] += (float)(momentum * (mean - runningMean[channel]));
                runningVariance[channel] += (float)(momentum * (squares / (Count - 1) - runningVariance[channel]));
            }
        );
    }

    [MethodImpl(Hot)]
    private double Sum(long channel)
    {
        var total = 0.0;
        for (var image = 0L; image < images; image++)
        for (long start = Plane(image, channel), end = start + area; start < end; start += Stretch)
        {
            var sum = Vector256<float>.Zero;
            for (var i = start; i < Math.Min(end, start + Stretch); i += Lanes)
                sum += Vector256.Load(from + i);
            total += Vector256.Sum(sum);
        }
        return total;
    }

    [MethodImpl(Hot)]
    private double Squares(long channel, float mean)
    {
        var total = 0.0;
        for (var image = 0L; image < images; image++)
        for (long start = Plane(image, channel), end = start + area; start < end; start += Stretch)
        {
            var sum = Vector256<float>.Zero;
            for (var i = start; i < Math.Min(end, start + Stretch); i += Lanes)
            {
                var apart = Vector256.Load(from + i) - Vector256.Create(mean);
                sum = Fma(apart, apart, sum);
            }
            total += Vector256.Sum(sum);
        }
        return total;
    }

    [MethodImpl(Hot)]
    private void Activate(long channel, long start, long end, float beta, float* added, bool relu, float* to)
    {
        for (var i = start; i < end; i += Lanes)
        {
            var y = Fma(gamma[channel], Normed(channel, i), Vector256.Create(beta));
            if (added != null)
                y += Vector256.Load(added + i);
            (relu ? Vector256.Max(y, Vector256<float>.Zero) : y).Store(to + i);
        }
    }

    // Of G, G·x̂ and, where v is there, v, v·x̂ and v·G.
    [MethodImpl(Hot)]
    private ChannelSums Sums(long channel, float* given, float* asked)
    {
        double gradient = 0,
            gradientAlong = 0,
            ofAsked = 0,
            askedAlong = 0,
            both = 0;
        for (var image = 0L; image < images; image++)
        for (long start = Plane(image, channel), end = start + area; start < end; start += Stretch)
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
            gradient += Vector256.Sum(g1);
            gradientAlong += Vector256.Sum(gx);
            ofAsked += Vector256.Sum(v1);
            askedAlong += Vector256.Sum(vx);
            both += Vector256.Sum(gv);
        }
        return new(gradient, gradientAlong, ofAsked, askedAlong, both);
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
        Terms terms,
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

    private readonly record struct ChannelSums(double Gradient, double GradientAlong, double Asked, double AskedAlong, double Both);

    // What the second derivative knows of a channel: w's two factors and means, bend with its factors, v's means, and what is asked of γ and β.
    private readonly record struct Terms(
        float Pull,
        float Turn,
        float OfW,
        float WAlong,
        float Bend,
        float OfV,
        float VAlong,
        float Scale,
        float Shift
    );
}
