using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Norms;

/// <summary>
/// <see cref="ChannelNorm"/>'s work, pixel by pixel: y = γ·x̂ + β with x̂ = rate·(x - ⟨x⟩) and rate = 1 / √(variance + ε), ⟨a⟩ a mean over the
/// channels. The derivative of x̂ by x is symmetric: P(w) = rate·(w - ⟨w⟩ - x̂·⟨w·x̂⟩).
/// </summary>
/// <param name="x">(…, C), contiguous, C a multiple of 8.</param>
/// <param name="scale">γ.</param>
/// <param name="statistics">⟨x⟩ and the rate of each pixel, as <see cref="Statistics"/> has them.</param>
internal sealed unsafe class ChannelNormPixels(Tensor x, Tensor scale, Tensor statistics)
{
    // Values of a job, but for the last pixel's.
    private const long Stretch = 1 << 14;

    private readonly int channels = (int)x.shape[^1];
    private readonly float share = 1f / x.shape[^1];
    private readonly float* from = Start(x),
        gamma = Start(scale),
        known = Start(statistics);

    private long Pixels => x.NumberOfElements / channels;

    private long PixelsOfJob => (Stretch + channels - 1) / channels;

    private long Jobs => (Pixels + PixelsOfJob - 1) / PixelsOfJob;

    internal static bool Takes(Tensor x) => Simd.Takes(x) && x.shape[^1] % Lanes == 0;

    /// <summary>⟨x⟩ and the rate of each pixel of x, (pixels, 2).</summary>
    internal static Tensor Statistics(Tensor x, double epsilon)
    {
        var statistics = empty(x.NumberOfElements / x.shape[^1], 2);
        new ChannelNormPixels(x, x, statistics).Measure((float)epsilon);
        return statistics;
    }

    /// <summary>y.</summary>
    internal Tensor Normalise(Tensor shift)
    {
        var y = empty_like(x);
        float* beta = Start(shift),
            to = Start(y);
        ForEach((first, end, _) => Normalise(first, end, beta, to));
        return y;
    }

    /// <summary>From g, y's gradient, to the gradients of x, γ and β: P(γ·g), Σ g·x̂ and Σ g.</summary>
    internal List<Tensor> Differentiate(Tensor g)
    {
        // A sum for each job, added up afterwards: the order does not depend on the threads.
        var (gradX, sums) = (empty_like(x), zeros(Jobs, 2, channels));
        float* given = Start(g),
            to = Start(gradX),
            total = Start(sums);
        ForEach((first, end, job) => Differentiate(first, end, given, to, total + job * 2 * channels));
        var parameters = JobSums.Of(sums);
        return [gradX, parameters[0], parameters[1]];
    }

    /// <summary>
    /// From v, what is asked of the gradients of x, γ and β, to the gradients of x, γ and g. With u = γ·g these are
    /// P(v_γ·g) - rate·P(⟨v·x̂⟩·u + ⟨u·x̂⟩·v) - rate²·x̂·(⟨v·u⟩ - ⟨v⟩⟨u⟩ - ⟨v·x̂⟩⟨u·x̂⟩), Σ g·P(v) and γ·P(v) + v_γ·x̂ + v_β.
    /// </summary>
    internal List<Tensor> DifferentiateTwice(Tensor g, Tensor v, Tensor vScale, Tensor vShift)
    {
        var (gradX, gradG, sums) = (empty_like(x), empty_like(x), zeros(Jobs, channels));
        float* given = Start(g),
            asked = Start(v),
            askedScale = Start(vScale),
            askedShift = Start(vShift),
            to = Start(gradX),
            toG = Start(gradG),
            total = Start(sums);
        ForEach(
            (first, end, job) =>
            {
                for (var pixel = first; pixel < end; pixel++)
                {
                    var place = pixel * channels;
                    DifferentiateTwice(
                        pixel,
                        given + place,
                        asked + place,
                        askedScale,
                        askedShift,
                        to + place,
                        toG + place,
                        total + job * channels
                    );
                }
            }
        );
        return [gradX, JobSums.Of(sums), gradG];
    }

    // Does work(first pixel, end, job) for all jobs.
    private void ForEach(Action<long, long, long> work) =>
        Team.Run(Jobs, job => work(job * PixelsOfJob, Math.Min((job + 1) * PixelsOfJob, Pixels), job));

    private void Measure(float epsilon) => ForEach((first, end, _) => Measure(first, end, epsilon));

    [MethodImpl(Hot)]
    private void Measure(long first, long end, float epsilon)
    {
        for (var i = first; i < end; i++)
        {
            var pixel = from + i * channels;
            Vector256<float> sum = default,
                squares = default;
            for (var c = 0; c < channels; c += Lanes)
                sum += Vector256.Load(pixel + c);
            var mean = Mean(sum);
            for (var c = 0; c < channels; c += Lanes)
            {
                var apart = Vector256.Load(pixel + c) - Vector256.Create(mean);
                squares = Fma(apart, apart, squares);
            }
            known[2 * i] = mean;
            known[2 * i + 1] = 1 / MathF.Sqrt(Mean(squares) + epsilon);
        }
    }

    [MethodImpl(Hot)]
    private void Normalise(long first, long end, float* beta, float* to)
    {
        for (var i = first; i < end; i++)
        for (var c = 0; c < channels; c += Lanes)
            Fma(Normed(i, c), Vector256.Load(gamma + c), Vector256.Load(beta + c)).Store(to + i * channels + c);
    }

    // Sums: Σ g·x̂, then Σ g.
    [MethodImpl(Hot)]
    private void Differentiate(long first, long end, float* given, float* to, float* sums)
    {
        for (var i = first; i < end; i++)
        {
            var g = given + i * channels;
            Vector256<float> ones = default,
                normeds = default;
            for (var c = 0; c < channels; c += Lanes)
            {
                var (normed, one) = (Normed(i, c), Vector256.Load(g + c));
                Fma(one, normed, Vector256.Load(sums + c)).Store(sums + c);
                (Vector256.Load(sums + channels + c) + one).Store(sums + channels + c);
                var u = Vector256.Load(gamma + c) * one;
                ones += u;
                normeds = Fma(u, normed, normeds);
            }
            var (mean, along) = (Mean(ones), Mean(normeds));
            for (var c = 0; c < channels; c += Lanes)
                Projected(Vector256.Load(gamma + c) * Vector256.Load(g + c), Normed(i, c), mean, along, known[2 * i + 1])
                    .Store(to + i * channels + c);
        }
    }

    // Sums: Σ g·P(v).
    [MethodImpl(Hot)]
    private void DifferentiateTwice(long pixel, float* g, float* v, float* vScale, float* vShift, float* gradX, float* gradG, float* sums)
    {
        var rate = known[2 * pixel + 1];
        Vector256<float> u1 = default,
            ux = default,
            v1 = default,
            vx = default,
            uv = default,
            q1 = default,
            qx = default;
        for (var c = 0; c < channels; c += Lanes)
        {
            var (normed, given, asked) = (Normed(pixel, c), Vector256.Load(g + c), Vector256.Load(v + c));
            var (u, q) = (Vector256.Load(gamma + c) * given, Vector256.Load(vScale + c) * given);
            u1 += u;
            ux = Fma(u, normed, ux);
            v1 += asked;
            vx = Fma(asked, normed, vx);
            uv = Fma(u, asked, uv);
            q1 += q;
            qx = Fma(q, normed, qx);
        }
        var (ofU, ofV, uAlong, vAlong) = (Mean(u1), Mean(v1), Mean(ux), Mean(vx));
        // w = q - rate·(⟨v·x̂⟩·u + ⟨u·x̂⟩·v) has these two means.
        var (ofW, wAlong) = (Mean(q1) - rate * (vAlong * ofU + uAlong * ofV), Mean(qx) - 2 * rate * vAlong * uAlong);
        var bend = rate * rate * (Mean(uv) - ofV * ofU - vAlong * uAlong);
        for (var c = 0; c < channels; c += Lanes)
        {
            var (normed, given, asked) = (Normed(pixel, c), Vector256.Load(g + c), Vector256.Load(v + c));
            var (u, q) = (Vector256.Load(gamma + c) * given, Vector256.Load(vScale + c) * given);
            var w = q - rate * (vAlong * u + uAlong * asked);
            (Projected(w, normed, ofW, wAlong, rate) - bend * normed).Store(gradX + c);
            var projected = Projected(asked, normed, ofV, vAlong, rate);
            Fma(given, projected, Vector256.Load(sums + c)).Store(sums + c);
            var straight = Fma(Vector256.Load(vScale + c), normed, Vector256.Load(vShift + c));
            Fma(Vector256.Load(gamma + c), projected, straight).Store(gradG + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Mean(Vector256<float> sum) => Vector256.Sum(sum) * share;

    // x̂ of eight channels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Normed(long pixel, int channel) =>
        (Vector256.Load(from + pixel * channels + channel) - Vector256.Create(known[2 * pixel])) * known[2 * pixel + 1];

    // P(w), from ⟨w⟩ and ⟨w·x̂⟩.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Projected(Vector256<float> w, Vector256<float> normed, float mean, float along, float rate) =>
        (w - Vector256.Create(mean) - normed * along) * rate;
}
