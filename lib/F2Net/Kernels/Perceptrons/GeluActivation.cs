using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Perceptrons;

/// <summary>
/// GELU with two derivatives, on the CPU in float32 by <see cref="Gelu"/>: gelu'(x) = Φ(x) + x·φ(x), gelu''(x) = (2 - x²)·φ(x). libtorch's operator elsewhere.
/// </summary>
public static unsafe class GeluActivation
{
    // Values of a job.
    private const long Stretch = 1 << 14;

    /// <param name="x">Of any shape.</param>
    public static Tensor Apply(Tensor x)
    {
        if (Takes(x))
            return TwiceDifferentiable.Apply(new Kernel(), [x]);
        if (x.is_cuda)
            return nn.functional.gelu(x);
        // As a vector: libtorch 1.13 leaves a gradient unwritten on the CPU where it lies in another order than x.
        using var vector = x.reshape(-1);
        using var y = nn.functional.gelu(vector);
        return y.view(x.shape);
    }

    private sealed class Kernel : ITwiceDifferentiable
    {
        public string Name => "GELU";

        public Tensor Value(List<Tensor> given) => Run<Plain>(given[0]);

        public List<Tensor> Gradients(List<Tensor> given, Tensor g) => [Run<First>(given[0], g)];

        public (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked) =>
            ([Run<Second>(given[0], g, asked[0])], Run<First>(given[0], asked[0]));
    }

    // y = f(x), and times what else is given.
    private static Tensor Run<F>(Tensor x, Tensor? g = null, Tensor? v = null)
        where F : struct, IFactor
    {
        var y = empty_like(x);
        float* from = Start(x),
            to = Start(y),
            first = g is null ? null : Start(g),
            second = v is null ? null : Start(v);
        var count = x.NumberOfElements;
        Team.Run(
            (count + Stretch - 1) / Stretch,
            job =>
            {
                var (start, end) = (job * Stretch, Math.Min((job + 1) * Stretch, count));
                if (Sixteen.AreThere)
                    Part<F, Sixteen>(start, end, from, first, second, to);
                else
                    Part<F, Eight>(start, end, from, first, second, to);
            }
        );
        return y;
    }

    private static void Part<F, T>(long start, long end, float* x, float* g, float* v, float* y)
        where F : struct, IFactor
        where T : struct, IFloats<T>
    {
        var i = start;
        for (; i <= end - T.Count; i += T.Count)
            Of<F, T>(x + i, g == null ? null : g + i, v == null ? null : v + i).Store(y + i);
        if (i == end)
            return;
        var spare = stackalloc float[3 * T.Count];
        var left = end - i;
        new Span<float>(spare, 3 * T.Count).Clear();
        Copy(x + i, spare, left);
        if (g != null)
            Copy(g + i, spare + T.Count, left);
        if (v != null)
            Copy(v + i, spare + 2 * T.Count, left);
        Of<F, T>(spare, g == null ? null : spare + T.Count, v == null ? null : spare + 2 * T.Count).Store(spare);
        Copy(spare, y + i, left);
    }

    private static T Of<F, T>(float* x, float* g, float* v)
        where F : struct, IFactor
        where T : struct, IFloats<T>
    {
        var y = F.Of(T.Load(x));
        if (g != null)
            y *= T.Load(g);
        return v == null ? y : y * T.Load(v);
    }

    /// <summary>The function or one of its derivatives.</summary>
    private interface IFactor
    {
        static abstract T Of<T>(T x)
            where T : struct, IFloats<T>;
    }

    private readonly struct Plain : IFactor
    {
        public static T Of<T>(T x)
            where T : struct, IFloats<T> => Gelu.Of(x);
    }

    private readonly struct First : IFactor
    {
        public static T Of<T>(T x)
            where T : struct, IFloats<T> => Gelu.Slope(x);
    }

    private readonly struct Second : IFactor
    {
        public static T Of<T>(T x)
            where T : struct, IFloats<T> => Gelu.Curvature(x);
    }
}
