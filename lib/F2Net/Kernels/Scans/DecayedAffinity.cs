using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Scans;

/// <summary>
/// What token s gives to token t of its chunk, W_st = exp(c_t - c_s)·A_st for s ≤ t and otherwise 0, with two derivatives, in one pass each on the CPU in
/// float32. Tensor operators elsewhere.
/// </summary>
/// <remarks>
/// With E = exp(c_t - c_s), masked, and u = v_st + A_st·(v_t - v_s) for v_st and v_t that meet the gradients of A and c, the second derivative is that of
/// Σ G·E·u. The first is the same with u = A and 1 for the difference.
/// </remarks>
internal static unsafe class DecayedAffinity
{
    /// <param name="decay">c, (B, G, n, R, Q), never rising along Q.</param>
    /// <param name="affinity">A, (B, G, n, Q_s, Q_t).</param>
    /// <returns>W, (B, G, n, R, Q_s, Q_t).</returns>
    internal static Tensor Apply(Tensor decay, Tensor affinity) =>
        Takes(decay) && decay.shape[4] % Widest == 0
            ? TwiceDifferentiable.Apply(new Kernel(), [decay, affinity])
            : Reference(decay, affinity);

    /// <summary>The same in tensor operators.</summary>
    internal static Tensor Reference(Tensor decay, Tensor affinity)
    {
        using var scope = NewDisposeScope();
        var chunk = decay.shape[4];
        var past = ones([chunk, chunk], dtype: ScalarType.Bool, device: decay.device).tril(-1); // s > t
        // Masked before the exponential: there c_t - c_s is positive and could overflow, which would poison the gradient.
        var ratio = (decay.unsqueeze(4) - decay.unsqueeze(5)).masked_fill_(past, double.NegativeInfinity).exp_();
        return (ratio * affinity.unsqueeze(3)).MoveToOuterDisposeScope();
    }

    private sealed class Kernel : ITwiceDifferentiable
    {
        public string Name => "The decayed affinity";

        public Tensor Value(List<Tensor> given) => new Chunks(given[0], given[1]).Weigh();

        public List<Tensor> Gradients(List<Tensor> given, Tensor g)
        {
            var (gradDecay, gradAffinity, _) = new Chunks(given[0], given[1]).Differentiate(g);
            return [gradDecay, gradAffinity];
        }

        public (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked)
        {
            var (gradDecay, gradAffinity, gradG) = new Chunks(given[0], given[1]).Differentiate(g, asked[0], asked[1]);
            return ([gradDecay, gradAffinity], gradG!);
        }
    }

    private readonly struct Chunks(Tensor decay, Tensor affinity)
    {
        private readonly long stacks = affinity.shape[0] * affinity.shape[1] * affinity.shape[2];
        private readonly int heads = (int)decay.shape[3],
            tokens = (int)decay.shape[4];
        private readonly long[] shape = [.. decay.shape, decay.shape[4]];

        internal Tensor Weigh()
        {
            var result = empty(shape);
            float* c = Start(decay),
                a = Start(affinity),
                to = Start(result);
            var (r, q) = (heads, tokens);
            Team.Run(
                stacks * r,
                job =>
                {
                    if (Sixteen.AreThere)
                        Weigh<Sixteen>(q, c + job * q, a + job / r * q * q, to + job * q * q);
                    else
                        Weigh<Eight>(q, c + job * q, a + job / r * q * q, to + job * q * q);
                }
            );
            return result;
        }

        /// <param name="v">Meets the gradient of c.</param>
        /// <param name="w">Meets the gradient of A.</param>
        /// <returns>The gradients of c and A, and with <paramref name="v"/> and <paramref name="w"/> that of G.</returns>
        internal (Tensor Decay, Tensor Affinity, Tensor? G) Differentiate(Tensor g, Tensor? v = null, Tensor? w = null)
        {
            var (gradDecay, gradAffinity, gradG) = (zeros_like(decay), zeros_like(affinity), v is null ? null : empty(shape));
            float* c = Start(decay),
                a = Start(affinity),
                from = Start(g),
                ofDecay = v is null ? null : Start(v),
                ofAffinity = w is null ? null : Start(w),
                toDecay = Start(gradDecay),
                toAffinity = Start(gradAffinity),
                toG = gradG is null ? null : Start(gradG);
            var (r, q) = (heads, tokens);
            Team.Run(
                stacks,
                stack =>
                {
                    var square = stack * q * q;
                    for (var head = stack * r; head < (stack + 1) * r; head++)
                    {
                        var of = new Head(
                            q,
                            c + head * q,
                            a + square,
                            from + head * q * q,
                            ofDecay == null ? null : ofDecay + head * q,
                            ofAffinity == null ? null : ofAffinity + square,
                            toDecay + head * q,
                            toAffinity + square,
                            toG == null ? null : toG + head * q * q
                        );
                        if (Sixteen.AreThere)
                            of.Differentiate<Sixteen>();
                        else
                            of.Differentiate<Eight>();
                    }
                }
            );
            return (gradDecay, gradAffinity, gradG);
        }
    }

    [MethodImpl(Hot)]
    private static void Weigh<T>(int tokens, float* c, float* a, float* to)
        where T : struct, IFloats<T>
    {
        var step = stackalloc float[2 * T.Count];
        Step<T>(step);
        for (var s = 0; s < tokens; s++, a += tokens, to += tokens)
        {
            var first = s / T.Count * T.Count;
            new Span<float>(to, first).Clear();
            for (var t = first; t < tokens; t += T.Count)
                (Ratio<T>(c, s, t, step) * T.Load(a + t)).Store(to + t);
        }
    }

    // Zeros and then ones: read from the right place, which lanes of a vector lie at or after s.
    private static void Step<T>(float* step)
        where T : struct, IFloats<T>
    {
        default(T).Store(step);
        T.All(1).Store(step + T.Count);
    }

    /// <summary>E_st for some t from <paramref name="t"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Ratio<T>(float* c, int s, int t, float* step)
        where T : struct, IFloats<T>
    {
        var difference = (T.Load(c + t) - T.All(c[s])) * T.All(PowerOfTwo.Log2E);
        if (t >= s)
            return PowerOfTwo.Of(difference);
        // Masked before the power as well: before s the difference is positive and could overflow.
        var mask = T.Load(step + T.Count - (s - t));
        return PowerOfTwo.Of(difference * mask) * mask;
    }

    /// <summary>One head of a chunk: what it reads, and where its gradients go. A null for what is not asked.</summary>
    private readonly struct Head(
        int tokens,
        float* c,
        float* a,
        float* g,
        float* v,
        float* w,
        float* toDecay,
        float* toAffinity,
        float* toG
    )
    {
        [MethodImpl(Hot)]
        internal void Differentiate<T>()
            where T : struct, IFloats<T>
        {
            var step = stackalloc float[2 * T.Count];
            Step<T>(step);
            for (var s = 0; s < tokens; s++)
            {
                var row = (long)s * tokens;
                var first = s / T.Count * T.Count;
                if (toG != null)
                    new Span<float>(toG + row, first).Clear();
                T sum = default;
                for (var t = first; t < tokens; t += T.Count)
                {
                    var (ratio, u) = (Ratio<T>(c, s, t, step), T.Load(a + row + t));
                    var weighted = T.Load(g + row + t) * ratio;
                    var ofAffinity = weighted;
                    if (v != null)
                    {
                        var difference = T.Load(v + t) - T.All(v[s]);
                        ofAffinity *= difference;
                        u = T.Fma(u, difference, T.Load(w + row + t));
                        (ratio * u).Store(toG + row + t);
                    }
                    (T.Load(toAffinity + row + t) + ofAffinity).Store(toAffinity + row + t);
                    var ofDecay = weighted * u;
                    (T.Load(toDecay + t) + ofDecay).Store(toDecay + t);
                    sum += ofDecay;
                }
                toDecay[s] -= Vector256.Sum(sum.Folded);
            }
        }
    }
}
