using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Scans.ScanChunk;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>
/// The gradients of <see cref="SelectiveScanForward"/>, on one thread. A tape finds the state before each chunk anew, and
/// the way back along it carries Γ, the loss's gradient with respect to that state.
/// </summary>
/// <remarks>
/// With g̃_t = e^ĉ_t g_t and Γ' what comes from the chunks behind, per head:
/// dũ_s = Σ_{t≥s} C_t·B_s g̃_t + B_sᵀ Γ';  dC_t = Σ_{s≤t} (ũ_s·g̃_t) B_s + S₀ g̃_t;  dB_s = Σ_{t≥s} (ũ_s·g̃_t) C_t + Γ' ũ_s;  Γ = Γ' + Σ C_t g̃_tᵀ.
/// The exponent a_t = A dt_t of the first token has the gradient ⟨Γ, S₀⟩, and that of each next one is less by g̃_t·ỹ_t - ũ_t·dũ_t. What a token
/// gives to itself is in both and cancels; it is left out of both, because under strong decay nothing else would be left but its rounding.
/// </remarks>
internal sealed unsafe class SelectiveScanBackward : IDisposable
{
    private readonly ScanShape shape;
    private readonly ScanChunk chunk;
    private readonly Scratch scratch;
    private readonly long stateSize;
    private readonly int segment;

    // The packed weight; per head Γ (N, 16), of which pending is the factor it still lacks; the affinities ũ_s·g̃_t and their transpose;
    // gradients of the features (·, Length) and of x (R, Length, 16).
    private readonly float* weight,
        gamma,
        pending,
        fed,
        fedTransposed,
        grown,
        grownTransposed,
        read,
        fedGrads,
        affinity,
        affinityTransposed,
        diagonal,
        slopes,
        featureGrads,
        inputGrads;

    /// <param name="segment">Chunks of which the tape exists at once.</param>
    internal SelectiveScanBackward(ScanShape shape, int segment)
    {
        (this.shape, this.segment) = (shape, segment);
        chunk = new ScanChunk(shape);
        stateSize = (long)shape.Channels * shape.States;
        long panels = Together * Panel,
            weights = PackedSize(shape.Features, shape.Channels);
        scratch = new Scratch(
            weights
                + stateSize
                + Scratch.Size(shape.Heads)
                + 4 * panels
                + 2 * Panel
                + (long)Length * (2 * Length + 2 + shape.Features + shape.Channels)
        );
        weight = scratch.Take(weights);
        gamma = scratch.Take(stateSize);
        pending = scratch.Take(shape.Heads);
        fed = scratch.Take(panels);
        fedTransposed = scratch.Take(Panel);
        grown = scratch.Take(panels);
        grownTransposed = scratch.Take(Panel);
        read = scratch.Take(panels);
        fedGrads = scratch.Take(panels);
        affinity = scratch.Take(Length * Length);
        affinityTransposed = scratch.Take(Length * Length);
        diagonal = scratch.Take(Length);
        slopes = scratch.Take(Length);
        featureGrads = scratch.Take((long)shape.Features * Length);
        inputGrads = scratch.Take((long)shape.Channels * Length);
    }

    /// <param name="image">x (H, W, C).</param>
    /// <param name="grad">Of the scan's result, (H, W, C).</param>
    /// <param name="imageGrad">(H, W, C); every pixel is written, or added to.</param>
    /// <param name="parameterGrads">Where the direction's gradients of weight (F, C), bias (R), aLogs (R) and skips (C) go.</param>
    internal void Run(float* image, float* grad, int direction, float* imageGrad, bool add, nint[] parameterGrads)
    {
        var sums = new ScanParameterGrads(shape, parameterGrads);
        chunk.Follow(image, direction);
        PackColumns(chunk.Weight, shape.Channels, 1, shape.Features, shape.Channels, weight);
        using var tape = Record();
        new Span<float>(gamma, (int)stateSize).Clear();
        for (var i = tape.Count - 1; i >= 0; i--)
        {
            var states = tape.Restore(i, chunk);
            for (var t = 0; t < Length; t++)
                (diagonal[t], chunk.Gram[t * Length + t]) = (chunk.Gram[t * Length + t], 0);
            new Span<float>(featureGrads, shape.Features * Length).Clear();
            new Span<float>(affinity, Length * Length).Clear();
            for (var r = 0; r < shape.Heads; r += Together)
                Heads(r, Math.Min(r + Together, shape.Heads), states, grad, i == tape.Count - 1, sums);
            Project(sums);
            Scatter(imageGrad, add);
        }
    }

    private IScanTape Record()
    {
        if ((long)segment * Length < shape.Tokens)
            return new SegmentedScanTape(shape, chunk, segment);
        using var walk = new ScanWalk(shape, chunk);
        return new ScanTape(shape, chunk, walk);
    }

    private void Heads(int first, int end, float* states, float* grad, bool isLast, ScanParameterGrads sums)
    {
        var (size, heads) = (shape.States * HeadWidth, end - first);
        float* own = gamma + (long)first * size,
            state = states + (long)first * size;
        for (var r = first; r < end; r++)
        {
            var factor = Vector256.Create(isLast ? 0 : pending[r] * chunk.Growth[r * Length + chunk.Count - 1]);
            for (var i = (r - first) * size; i < (r - first + 1) * size; i += Lanes)
                (Vector256.Load(own + i) * factor).Store(own + i); // Γ'
            Grow(r, grad, grown + (r - first) * Panel, sums);
        }
        SelectiveScanForward.Feed(chunk, first, heads, fed);
        SelectiveScanForward.Look(chunk, state, fed, read, shape.States, heads);
        FeedBack(own, heads);
        for (var r = 0; r < heads; r++)
            Relate(own + r * size, state + r * size, fed + r * Panel, grown + r * Panel);

        var columns = heads * HeadWidth;
        Multiply(chunk.C, Length, 1, grown, HeadWidth, Panel, shape.States, columns, chunk.Count, own, HeadWidth, add: true, size); // Γ
        for (var r = first; r < end; r++)
        {
            var at = (r - first) * size;
            Steps(r, r - first, Dot(own + at, state + at, size), sums);
            pending[r] = chunk.FirstDecay[r];
        }
    }

    // dũ_s: the later tokens of the chunk, and the chunks behind.
    private void FeedBack(float* own, int heads)
    {
        var (rows, columns, size) = (TileRows, heads * HeadWidth, shape.States * HeadWidth);
        for (var top = 0; top < chunk.Count; top += rows)
        {
            float* tile = fedGrads + top * HeadWidth,
                later = grown + top * HeadWidth,
                gram = chunk.Gram + top * Length + top;
            Multiply(chunk.B + top, 1, Length, own, HeadWidth, size, rows, columns, shape.States, tile, HeadWidth, add: false, Panel);
            Multiply(gram, 1, Length, later, HeadWidth, Panel, rows, columns, Length - top, tile, HeadWidth, add: true, Panel);
        }
    }

    // What one head adds to dB and dC by the states, and to the affinities.
    private void Relate(float* own, float* state, float* fed, float* grown)
    {
        Transposition.Run(fed, HeadWidth, Length, HeadWidth, fedTransposed, Length);
        Transposition.Run(grown, HeadWidth, Length, HeadWidth, grownTransposed, Length);
        float* bGrads = featureGrads + shape.Heads * Length,
            cGrads = bGrads + shape.States * Length;
        Multiply(own, HeadWidth, 1, fedTransposed, Length, Columns, shape.States, Length, HeadWidth, bGrads, Length, add: true);
        Multiply(state, HeadWidth, 1, grownTransposed, Length, Columns, shape.States, Length, HeadWidth, cGrads, Length, add: true);
        for (var left = 0; left < Length; left += Columns)
            Multiply(
                fed,
                HeadWidth,
                1,
                grownTransposed + left,
                Length,
                Columns,
                Math.Min(Length, WholeTiles(left + Columns)),
                Columns,
                HeadWidth,
                affinity + left,
                Length,
                add: true
            );
    }

    // g̃_t; what the skip passes on, D g_t, goes to x at once.
    [MethodImpl(Hot)]
    private void Grow(int head, float* grad, float* grown, ScanParameterGrads sums)
    {
        var skip = chunk.Skips + head * HeadWidth;
        Vector256<float> d0 = Vector256.Load(skip),
            d1 = Vector256.Load(skip + Lanes);
        Vector256<float> s0 = default,
            s1 = default;
        for (var i = 0; i < chunk.Count; i++)
        {
            var from = grad + chunk.Pixel(i) + head * HeadWidth;
            var x = chunk.Inputs + (head * Length + i) * HeadWidth;
            var to = inputGrads + (head * Length + i) * HeadWidth;
            var growth = Vector256.Create(chunk.Growth[head * Length + i]);
            Vector256<float> g0 = Vector256.Load(from),
                g1 = Vector256.Load(from + Lanes);
            (growth * g0).Store(grown + i * HeadWidth);
            (growth * g1).Store(grown + i * HeadWidth + Lanes);
            (d0 * g0).Store(to);
            (d1 * g1).Store(to + Lanes);
            s0 = Fma(g0, Vector256.Load(x), s0);
            s1 = Fma(g1, Vector256.Load(x + Lanes), s1);
        }
        new Span<float>(grown + chunk.Count * HeadWidth, (Length - chunk.Count) * HeadWidth).Clear();
        sums.AddSkips(head, s0, s1);
    }

    // The decays' gradients of the head at that place of those in hand, token after token, and from them and dũ those of the steps and of x.
    [MethodImpl(Hot)]
    private void Steps(int head, int place, float first, ScanParameterGrads sums)
    {
        float* steps = chunk.Steps + head * Length,
            shrinkage = chunk.Shrinkage + head * Length;
        var rate = chunk.Rates[head];
        Sigmoid(chunk.Features + head * Length, chunk.Bias[head], slopes);
        var (rateSum, biasSum, exponent) = (0d, 0d, (double)first);
        for (var i = 0; i < chunk.Count; i++)
        {
            var at = place * Panel + i * HeadWidth;
            var x = chunk.Inputs + head * Panel + i * HeadWidth;
            var to = inputGrads + head * Panel + i * HeadWidth;
            Vector256<float> f0 = Vector256.Load(fedGrads + at),
                f1 = Vector256.Load(fedGrads + at + Lanes),
                g0 = Vector256.Load(grown + at),
                g1 = Vector256.Load(grown + at + Lanes);
            var difference =
                g0 * Vector256.Load(read + at)
                + g1 * Vector256.Load(read + at + Lanes)
                - Vector256.Load(fed + at) * f0
                - Vector256.Load(fed + at + Lanes) * f1;
            f0 = Fma(diagonal[i], g0, f0);
            f1 = Fma(diagonal[i], g1, f1);
            var along = Vector256.Load(x) * f0 + Vector256.Load(x + Lanes) * f1;

            var factor = Vector256.Create(shrinkage[i] * steps[i]);
            Fma(factor, f0, Vector256.Load(to)).Store(to);
            Fma(factor, f1, Vector256.Load(to + Lanes)).Store(to + Lanes);
            var rawGrad = slopes[i] * (rate * exponent + shrinkage[i] * Vector256.Sum(along));
            rateSum += exponent * steps[i];
            biasSum += rawGrad;
            featureGrads[head * Length + i] = (float)rawGrad;
            exponent -= Vector256.Sum(difference);
        }
        sums.AddDecay(head, rateSum * rate, biasSum);
    }

    // Softplus's derivative.
    [MethodImpl(Hot)]
    private static void Sigmoid(float* raw, float bias, float* slopes)
    {
        for (var i = 0; i < Length; i += Lanes)
        {
            var z = Vector256.Load(raw + i) + Vector256.Create(bias);
            (Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-z))).Store(slopes + i);
        }
    }

    // What all heads share: dB and dC from the affinities, then the projection backwards.
    private void Project(ScanParameterGrads sums)
    {
        for (var s = 0; s < Length; s++)
            new Span<float>(affinity + s * Length, s).Clear();
        Transposition.Run(affinity, Length, Length, Length, affinityTransposed, Length);
        float* bGrads = featureGrads + shape.Heads * Length,
            cGrads = bGrads + shape.States * Length;
        Multiply(chunk.B, Length, 1, affinity, Length, Columns, shape.States, Length, Length, cGrads, Length, add: true);
        Multiply(chunk.C, Length, 1, affinityTransposed, Length, Columns, shape.States, Length, Length, bGrads, Length, add: true);
        for (var f = 0; f < shape.Features; f++)
            new Span<float>(featureGrads + f * Length + chunk.Count, Length - chunk.Count).Clear();

        Multiply(
            featureGrads,
            Length,
            1,
            chunk.Inputs,
            HeadWidth,
            Panel,
            shape.Features,
            shape.Channels,
            chunk.Count,
            sums.Weight,
            shape.Channels,
            add: true
        );
        for (var r = 0; r < shape.Heads; r++)
            Multiply(
                featureGrads,
                1,
                Length,
                weight + (long)r * shape.Features * HeadWidth,
                HeadWidth,
                0,
                Length,
                HeadWidth,
                shape.Features,
                inputGrads + r * Panel,
                HeadWidth,
                add: true
            );
    }

    [MethodImpl(Hot)]
    private void Scatter(float* imageGrad, bool add)
    {
        for (var r = 0; r < shape.Heads; r++)
        for (var i = 0; i < chunk.Count; i++)
        {
            var from = inputGrads + (r * Length + i) * HeadWidth;
            var to = imageGrad + chunk.Pixel(i) + r * HeadWidth;
            Vector256<float> g0 = Vector256.Load(from),
                g1 = Vector256.Load(from + Lanes);
            (add ? g0 + Vector256.Load(to) : g0).Store(to);
            (add ? g1 + Vector256.Load(to + Lanes) : g1).Store(to + Lanes);
        }
    }

    [MethodImpl(Hot)]
    private static float Dot(float* a, float* b, int count)
    {
        Vector256<float> s0 = default,
            s1 = default;
        for (var i = 0; i < count; i += 2 * Lanes)
        {
            s0 = Fma(Vector256.Load(a + i), Vector256.Load(b + i), s0);
            s1 = Fma(Vector256.Load(a + i + Lanes), Vector256.Load(b + i + Lanes), s1);
        }
        return Vector256.Sum(s0 + s1);
    }

    public void Dispose()
    {
        chunk.Dispose();
        scratch.Dispose();
    }
}
