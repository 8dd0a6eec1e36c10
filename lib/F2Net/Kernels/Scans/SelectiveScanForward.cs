using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Scans.ScanChunk;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>The selective scan of one image along some directions, on one thread.</summary>
internal sealed unsafe class SelectiveScanForward : IDisposable
{
    private readonly ScanShape shape;
    private readonly ScanChunk chunk;
    private readonly Scratch scratch;

    // A head's state (N, 16) after the last chunk still lacks that chunk's decay.
    private readonly float* states,
        pending,
        fed,
        read;

    internal SelectiveScanForward(ScanShape shape)
    {
        this.shape = shape;
        chunk = new ScanChunk(shape);
        scratch = new Scratch((long)shape.Channels * shape.States + Scratch.Size(shape.Heads) + 2 * Together * Panel);
        states = scratch.Take((long)shape.Channels * shape.States);
        pending = scratch.Take(shape.Heads);
        fed = scratch.Take(Together * Panel);
        read = scratch.Take(Together * Panel);
    }

    /// <param name="image">(H, W, C).</param>
    /// <param name="output">(H, W, C); every pixel is written, or added to.</param>
    internal void Run(float* image, int direction, float* output, bool add)
    {
        new Span<float>(states, shape.Channels * shape.States).Clear();
        chunk.Follow(image, direction);
        for (var start = 0; start < shape.Tokens; start += chunk.Count)
        {
            chunk.Read(start);
            for (var r = 0; r < shape.Heads; r += Together)
                Heads(r, Math.Min(r + Together, shape.Heads), output, add, isFirst: start == 0);
        }
    }

    private void Heads(int first, int end, float* output, bool add, bool isFirst)
    {
        var state = State(first);
        var heads = end - first;
        for (var r = first; r < end; r++)
            Enter(chunk, r, State(r), isFirst ? 0 : pending[r], shape.States);
        Feed(chunk, first, heads, fed);
        Look(chunk, state, fed, read, shape.States, heads);
        for (var r = first; r < end; r++)
            Emit(r, read + (r - first) * Panel, output, add);
        Absorb(chunk, state, fed, shape.States, heads);
        for (var r = first; r < end; r++)
            pending[r] = chunk.Growth[r * Length + chunk.Count - 1];
    }

    private float* State(int head) => states + (long)head * shape.States * HeadWidth;

    /// <summary>S₀: the state after the chunk before, with that chunk's decay and the first token's.</summary>
    [MethodImpl(Hot)]
    internal static void Enter(ScanChunk chunk, int head, float* state, float pending, int states)
    {
        var factor = Vector256.Create(pending * chunk.FirstDecay[head]);
        for (var i = 0; i < states * HeadWidth; i += Lanes)
            (Vector256.Load(state + i) * factor).Store(state + i);
    }

    /// <summary>ũ_s = e^-ĉ_s dt_s x_s of some heads.</summary>
    [MethodImpl(Hot)]
    internal static void Feed(ScanChunk chunk, int first, int heads, float* fed)
    {
        var x = chunk.Inputs + first * Panel;
        for (var i = 0; i < heads * Length; i++)
        {
            var factor = Vector256.Create(chunk.Steps[first * Length + i] * chunk.Shrinkage[first * Length + i]);
            (Vector256.Load(x + i * HeadWidth) * factor).Store(fed + i * HeadWidth);
            (Vector256.Load(x + i * HeadWidth + Lanes) * factor).Store(fed + i * HeadWidth + Lanes);
        }
    }

    /// <summary>ỹ_t = C_tᵀ S₀ + Σ_{s≤t} C_t·B_s ũ_s of some heads.</summary>
    internal static void Look(ScanChunk chunk, float* state, float* fed, float* read, int states, int heads)
    {
        var (rows, columns, size) = (TileRows, heads * HeadWidth, states * HeadWidth);
        for (var top = 0; top < chunk.Count; top += rows)
        {
            float* c = chunk.C + top,
                gram = chunk.Gram + top * Length,
                tile = read + top * HeadWidth;
            Multiply(c, 1, Length, state, HeadWidth, size, rows, columns, states, tile, HeadWidth, add: false, Panel);
            Multiply(gram, Length, 1, fed, HeadWidth, Panel, rows, columns, top + rows, tile, HeadWidth, add: true, Panel);
        }
    }

    /// <summary>S₀ + Σ B_s ũ_sᵀ of some heads.</summary>
    internal static void Absorb(ScanChunk chunk, float* state, float* fed, int states, int heads) =>
        Multiply(
            chunk.B,
            Length,
            1,
            fed,
            HeadWidth,
            Panel,
            states,
            heads * HeadWidth,
            chunk.Count,
            state,
            HeadWidth,
            add: true,
            (long)states * HeadWidth
        );

    // y_t = e^ĉ_t ỹ_t + D x_t, to the token's pixel.
    [MethodImpl(Hot)]
    private void Emit(int head, float* read, float* output, bool add)
    {
        var skip = chunk.Skips + head * HeadWidth;
        Vector256<float> d0 = Vector256.Load(skip),
            d1 = Vector256.Load(skip + Lanes);
        for (var i = 0; i < chunk.Count; i++)
        {
            var x = chunk.Inputs + (head * Length + i) * HeadWidth;
            var from = read + i * HeadWidth;
            var to = output + chunk.Pixel(i) + head * HeadWidth;
            var growth = Vector256.Create(chunk.Growth[head * Length + i]);
            var y0 = Fma(growth, Vector256.Load(from), d0 * Vector256.Load(x));
            var y1 = Fma(growth, Vector256.Load(from + Lanes), d1 * Vector256.Load(x + Lanes));
            if (add)
            {
                y0 += Vector256.Load(to);
                y1 += Vector256.Load(to + Lanes);
            }
            y0.Store(to);
            y1.Store(to + Lanes);
        }
    }

    public void Dispose()
    {
        chunk.Dispose();
        scratch.Dispose();
    }
}
