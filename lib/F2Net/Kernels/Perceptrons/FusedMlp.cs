using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Matrices;
using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Perceptrons;

/// <summary>
/// A residual MLP behind a norm, x + fc2(GELU(fc1(norm(x)))), over the last axis. Where no gradient is asked for, the hidden map, four times
/// the size of x, is never in memory: on the CPU in float32 it goes token by token, elsewhere the modules get some tokens at a time.
/// </summary>
public static class FusedMlp
{
    // Panels of 16 tokens that share one reading of the weights.
    private const int MostPanels = 6;

    // Floats of both weights that serve all panels before the next ones are read: they stay in the second-level cache.
    private const int ChunkFloats = 1 << 16;

    // Tokens that the modules get at a time: enough for all of a GPU.
    private const long Slice = 1 << 18;

    /// <param name="x">(…, C), of any rank.</param>
    /// <param name="norm">Over the last axis.</param>
    /// <param name="fc1">C to the hidden width.</param>
    /// <param name="fc2">The hidden width to C.</param>
    /// <param name="overwrite">Nobody reads x afterwards, so its memory may hold the result.</param>
    /// <returns>(…, C).</returns>
    public static Tensor Apply(Tensor x, LayerNorm norm, Linear fc1, Linear fc2, bool overwrite = false)
    {
        if (is_grad_enabled())
            return Reference(x, norm, fc1, fc2);

        using var scope = NewDisposeScope();
        var from = x.contiguous();
        var to = overwrite ? from.alias() : empty_like(from);
        if (Takes(from) && Takes(fc1.weight))
            Run(from, to, norm, fc1, fc2);
        else
            RunSlices(from.flatten(0, -2), to.flatten(0, -2), norm, fc1, fc2);
        return to.MoveToOuterDisposeScope();
    }

    /// <summary>The same, module by module, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, LayerNorm norm, Linear fc1, Linear fc2)
    {
        using var scope = NewDisposeScope();
        return (
            x + MatrixProduct.Apply(fc2, GeluActivation.Apply(MatrixProduct.Apply(fc1, ChannelNorm.Apply(norm, x))))
        ).MoveToOuterDisposeScope();
    }

    private static void RunSlices(Tensor x, Tensor y, LayerNorm norm, Linear fc1, Linear fc2)
    {
        for (var first = 0L; first < x.shape[0]; first += Slice)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Slice, x.shape[0] - first);
            y.narrow(0, first, count).copy_(Reference(x.narrow(0, first, count), norm, fc1, fc2));
        }
    }

    private static unsafe void Run(Tensor x, Tensor y, LayerNorm norm, Linear fc1, Linear fc2)
    {
        var (channels, hidden) = ((int)fc1.in_features, (int)fc1.out_features);
        var weights = new Weights
        {
            Channels = channels,
            Hidden = hidden,
            Epsilon = (float)norm.eps,
            Scale = Start(norm.weight),
            Shift = Start(norm.bias!),
            First = Start(fc1.weight),
            FirstBias = Start(fc1.bias!),
            Second = Start(fc2.weight),
            SecondBias = Start(fc2.bias!),
        };
        float* from = Start(x),
            to = Start(y);
        var tokens = x.NumberOfElements / channels;
        var panels = (tokens + Columns - 1) / Columns;
        // As many tokens a job as share the weights well, but jobs enough for every thread.
        var share = Math.Clamp((panels + get_num_threads() - 1) / get_num_threads(), 1, MostPanels);
        Team.Run(
            (panels + share - 1) / share,
            job =>
            {
                var first = job * share * Columns;
                var count = (int)Math.Min(share * Columns, tokens - first);
                Block(weights, from + first * channels, to + first * channels, count);
            }
        );
    }

    // Everything in panels of 16 tokens, a channel a row: there both weights are left operands and are read where they lie, and a chunk of
    // hidden channels is the second product's right operand as the first one leaves it.
    private static unsafe void Block(in Weights w, float* x, float* y, int tokens)
    {
        var panels = (tokens + Columns - 1) / Columns;
        var size = w.Channels * Columns;
        var chunk = Math.Clamp(ChunkFloats / w.Channels / 2 / Rows, 1, (w.Hidden + Rows - 1) / Rows) * Rows;
        using var scratch = new Scratch(2 * panels * size + Scratch.Size(chunk * Columns));
        float* normed = scratch.Take(panels * size),
            sums = scratch.Take(panels * size),
            active = scratch.Take(chunk * Columns);
        for (var panel = 0; panel < panels; panel++)
        {
            var rows = Math.Min(Columns, tokens - panel * Columns);
            Transposition.Run(x + (long)panel * size, w.Channels, rows, w.Channels, normed + panel * size, Columns);
            Normalise(w, normed + panel * size);
        }

        for (var start = 0; start < w.Hidden; start += chunk)
        {
            var rows = Math.Min(chunk, w.Hidden - start);
            for (var panel = 0; panel < panels; panel++)
            {
                var first = w.First + (long)start * w.Channels;
                Multiply(first, w.Channels, 1, normed + panel * size, Columns, 0, rows, Columns, w.Channels, active, Columns, add: false);
                if (Sixteen.AreThere)
                    Activate<Sixteen>(active, w.FirstBias + start, rows);
                else
                    Activate<Eight>(active, w.FirstBias + start, rows);
                Multiply(
                    w.Second + start,
                    w.Hidden,
                    1,
                    active,
                    Columns,
                    0,
                    w.Channels,
                    Columns,
                    rows,
                    sums + panel * size,
                    Columns,
                    add: start > 0
                );
            }
        }

        for (var panel = 0; panel < panels; panel++)
        {
            var rows = Math.Min(Columns, tokens - panel * Columns);
            Transposition.Run(sums + panel * size, Columns, w.Channels, rows, normed, w.Channels);
            for (var row = 0; row < rows; row++)
            {
                var at = (long)panel * size + row * w.Channels;
                Add(x + at, normed + row * w.Channels, w.SecondBias, w.Channels, y + at);
            }
        }
    }

    // The norm of 16 tokens side by side. The mean goes off before the squares are summed: no cancellation.
    [MethodImpl(Hot)]
    private static unsafe void Normalise(in Weights w, float* panel)
    {
        Vector256<float> mean0 = default,
            mean1 = default,
            square0 = default,
            square1 = default;
        var end = panel + w.Channels * Columns;
        for (var x = panel; x != end; x += Columns)
        {
            mean0 += Vector256.Load(x);
            mean1 += Vector256.Load(x + Lanes);
        }
        mean0 /= w.Channels;
        mean1 /= w.Channels;
        for (var x = panel; x != end; x += Columns)
        {
            Vector256<float> d0 = Vector256.Load(x) - mean0,
                d1 = Vector256.Load(x + Lanes) - mean1;
            square0 = Fma(d0, d0, square0);
            square1 = Fma(d1, d1, square1);
        }
        var epsilon = Vector256.Create(w.Epsilon);
        Vector256<float> scale0 = Vector256<float>.One / Vector256.Sqrt(square0 / w.Channels + epsilon),
            scale1 = Vector256<float>.One / Vector256.Sqrt(square1 / w.Channels + epsilon);
        for (var c = 0; c < w.Channels; c++, panel += Columns)
        {
            Vector256<float> scale = Vector256.Create(w.Scale[c]),
                shift = Vector256.Create(w.Shift[c]);
            Fma((Vector256.Load(panel) - mean0) * scale0, scale, shift).Store(panel);
            Fma((Vector256.Load(panel + Lanes) - mean1) * scale1, scale, shift).Store(panel + Lanes);
        }
    }

    // y = x + sum + bias.
    [MethodImpl(Hot)]
    private static unsafe void Add(float* x, float* sum, float* bias, int count, float* y)
    {
        var whole = count / Lanes * Lanes;
        for (var i = 0; i < whole; i += Lanes)
            (Vector256.Load(x + i) + (Vector256.Load(sum + i) + Vector256.Load(bias + i))).Store(y + i);
        for (var i = whole; i < count; i++)
            y[i] = x[i] + (sum[i] + bias[i]);
    }

    [MethodImpl(Hot)]
    private static unsafe void Activate<T>(float* rows, float* bias, int count)
        where T : struct, IFloats<T>
    {
        for (var row = 0; row < count; row++, rows += Columns)
        for (var i = 0; i < Columns; i += T.Count)
            Gelu.Of(T.Load(rows + i) + T.All(bias[row])).Store(rows + i);
    }

    private unsafe struct Weights
    {
        internal int Channels,
            Hidden;
        internal float Epsilon;
        internal float* Scale,
            Shift,
            First,
            FirstBias,
            Second,
            SecondBias;
    }
}
