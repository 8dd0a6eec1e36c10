using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>The sizes of one selective scan, and where its parameters lie.</summary>
/// <param name="Weight">(K, R + 2N, C), of K directions.</param>
/// <param name="Bias">(K, R).</param>
/// <param name="Rates">A, (K, R), negative.</param>
/// <param name="Skips">D, (K, C).</param>
internal sealed unsafe record ScanShape(
    int Height,
    int Width,
    int Channels,
    int States,
    int Directions,
    nint Weight,
    nint Bias,
    nint Rates,
    nint Skips
)
{
    internal int Heads => Channels / ScanChunk.HeadWidth;

    internal int Features => Heads + 2 * States;

    internal int Tokens => Height * Width;
}

/// <summary>
/// Some consecutive tokens of one image in one direction: their channels, projected to steps, B and C, and how far each head's state decays
/// over them.
/// </summary>
/// <remarks>
/// With ĉ_t the sum of A·dt from after the chunk's first token to t, y_t = e^ĉ_t (C_tᵀ S₀ + Σ_{s≤t} C_t·B_s ũ_s) and ũ_s = e^-ĉ_s dt_s x_s, where S₀
/// is the state before the chunk, decayed by the first token. So decay enters as a factor on each token, and what is left are plain matrix products
/// whose left sides all heads share. A chunk ends early where e^-ĉ would grow beyond e^40.
/// </remarks>
internal sealed unsafe class ScanChunk : IDisposable
{
    /// <summary>Channels of a head.</summary>
    internal const int HeadWidth = MatrixKernel.Columns;

    /// <summary>The most tokens of a chunk: a multiple of a tile's height and width.</summary>
    internal const int Length = 48;

    /// <summary>Heads taken at once: their products have the left side in common, and a tile is two heads wide.</summary>
    internal const int Together = 2;

    /// <summary>Floats of a head's tokens.</summary>
    internal const int Panel = Length * HeadWidth;

    private const float MostDecay = 40;

    private readonly ScanShape shape;
    private readonly Scratch scratch;
    private readonly int[] pixels = new int[Length];
    private readonly float* transposed;
    private int direction;
    private float* image;

    internal ScanChunk(ScanShape shape)
    {
        this.shape = shape;
        var (channels, heads) = (shape.Channels, shape.Heads);
        scratch = new Scratch(Length * (2L * channels + shape.Features + Length + 3 * heads) + Scratch.Size(heads));
        transposed = scratch.Take((long)channels * Length);
        Inputs = scratch.Take((long)channels * Length);
        Features = scratch.Take((long)shape.Features * Length);
        Gram = scratch.Take(Length * Length);
        Steps = scratch.Take((long)heads * Length);
        Growth = scratch.Take((long)heads * Length);
        Shrinkage = scratch.Take((long)heads * Length);
        FirstDecay = scratch.Take(heads);
    }

    /// <summary>How many tokens it has now; what lies behind them is zero, or meets zeros.</summary>
    internal int Count { get; private set; }

    /// <summary>x, (R, Length, 16).</summary>
    internal float* Inputs { get; }

    /// <summary>Raw steps, then B, then C, each (·, Length): time runs along the rows.</summary>
    internal float* Features { get; }

    internal float* B => Features + (long)shape.Heads * Length;

    internal float* C => B + (long)shape.States * Length;

    /// <summary>C_t·B_s at [t, s], zero for s after t.</summary>
    internal float* Gram { get; }

    /// <summary>dt, (R, Length).</summary>
    internal float* Steps { get; }

    /// <summary>e^ĉ_t and e^-ĉ_t, (R, Length).</summary>
    internal float* Growth { get; }

    internal float* Shrinkage { get; }

    /// <summary>What the first token takes from each head's state, e^(A dt).</summary>
    internal float* FirstDecay { get; }

    internal float* Weight => (float*)shape.Weight + (long)direction * shape.Features * shape.Channels;

    internal float* Bias => (float*)shape.Bias + direction * shape.Heads;

    internal float* Rates => (float*)shape.Rates + direction * shape.Heads;

    internal float* Skips => (float*)shape.Skips + (long)direction * shape.Channels;

    /// <summary>Where a token's pixel lies in a map (H, W, C).</summary>
    internal long Pixel(int token) => (long)pixels[token] * shape.Channels;

    /// <summary>From here on the chunks are of this image (H, W, C) and this of the directions.</summary>
    internal void Follow(float* image, int direction)
    {
        this.image = image;
        this.direction = direction;
    }

    /// <summary>Reads the chunk that starts at a token, projects it, and finds how long it is.</summary>
    internal void Read(int start)
    {
        Gather(start, Math.Min(Length, shape.Tokens - start));
        for (var r = 0; r < shape.Heads; r++)
            Transposition.Run(Inputs + r * Panel, HeadWidth, Length, HeadWidth, transposed + r * HeadWidth * Length, Length);
        MatrixKernel.Multiply(
            Weight,
            shape.Channels,
            1,
            transposed,
            Length,
            MatrixKernel.Columns,
            shape.Features,
            Length,
            shape.Channels,
            Features,
            Length,
            add: false
        );
        Decay();
        MakeGram();
    }

    /// <summary>As <see cref="Read"/>, for a chunk that was read before and whose features the caller has put back.</summary>
    internal void Reread(int start, int count)
    {
        Gather(start, count);
        Decay();
        MakeGram();
    }

    /// <summary>Token t of a direction: rows, columns, rows backwards, columns backwards.</summary>
    private void Gather(int start, int count)
    {
        Count = count;
        var (height, width) = (shape.Height, shape.Width);
        for (var i = 0; i < count; i++)
        {
            var t = direction < 2 ? start + i : shape.Tokens - 1 - start - i;
            pixels[i] = direction % 2 == 0 ? t : t % height * width + t / height;
        }
        for (var r = 0; r < shape.Heads; r++)
        {
            var to = Inputs + r * Panel;
            for (var i = 0; i < count; i++)
            {
                var from = image + Pixel(i) + r * HeadWidth;
                Vector256.Load(from).Store(to + i * HeadWidth);
                Vector256.Load(from + Lanes).Store(to + i * HeadWidth + Lanes);
            }
            new Span<float>(to + count * HeadWidth, (Length - count) * HeadWidth).Clear();
        }
    }

    // Steps and decays; shortens the chunk where a head decays too far in it.
    private void Decay()
    {
        for (var r = 0; r < shape.Heads; r++)
        {
            float* dt = Steps + r * Length,
                sums = Growth + r * Length;
            Softplus(Features + r * Length, Bias[r], dt);
            var sum = 0f;
            for (var i = 0; i < Count; i++)
            {
                sum += i == 0 ? 0 : Rates[r] * dt[i];
                if (sum < -MostDecay)
                    Count = i;
                sums[i] = sum;
            }
            FirstDecay[r] = MathF.Exp(Rates[r] * dt[0]);
        }
        for (var r = 0; r < shape.Heads; r++)
            Factors(Steps + r * Length, Growth + r * Length, Shrinkage + r * Length);
    }

    // log(1 + e^z) = max(z, 0) + log(1 + e^-|z|); log(w)·e / (w - 1) with w = 1 + e as rounded keeps what is small exact.
    [MethodImpl(Hot)]
    private static void Softplus(float* raw, float bias, float* dt)
    {
        for (var i = 0; i < Length; i += Lanes)
        {
            var z = Vector256.Load(raw + i) + Vector256.Create(bias);
            var e = Vector256.Exp(-Vector256.Abs(z));
            var w = Vector256<float>.One + e;
            var lost = w - Vector256<float>.One;
            var log = Vector256.ConditionalSelect(Vector256.Equals(lost, Vector256<float>.Zero), e, Vector256.Log(w) * e / lost);
            (Vector256.Max(z, Vector256<float>.Zero) + log).Store(dt + i);
        }
    }

    // ĉ becomes e^ĉ; behind the chunk's end everything becomes zero.
    [MethodImpl(Hot)]
    private void Factors(float* dt, float* growth, float* shrinkage)
    {
        new Span<float>(dt + Count, Length - Count).Clear();
        new Span<float>(growth + Count, Length - Count).Clear();
        for (var i = 0; i < Length; i += Lanes)
        {
            var sum = Vector256.Load(growth + i);
            Vector256.Exp(sum).Store(growth + i);
            Vector256.Exp(-sum).Store(shrinkage + i);
        }
        new Span<float>(growth + Count, Length - Count).Clear();
        new Span<float>(shrinkage + Count, Length - Count).Clear();
    }

    private void MakeGram()
    {
        for (var left = 0; left < Count; left += MatrixKernel.Columns)
        {
            var top = left / MatrixKernel.TileRows * MatrixKernel.TileRows;
            MatrixKernel.Multiply(
                C + top,
                1,
                Length,
                B + left,
                Length,
                MatrixKernel.Columns,
                Length - top,
                MatrixKernel.Columns,
                shape.States,
                Gram + top * Length + left,
                Length,
                add: false
            );
        }
        for (var t = 0; t < Length; t++)
            new Span<float>(Gram + t * Length + t + 1, Length - t - 1).Clear();
    }

    public void Dispose() => scratch.Dispose();
}
