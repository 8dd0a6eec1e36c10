using F2Net.Kernels.Resizing;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Matrices;

/// <summary>
/// Matrix products with two derivatives, on the CPU in float32 by <see cref="MatrixStack"/>: libtorch 1.13 hands stacked matrices to the BLAS one after the
/// other, and gains nothing from a second thread where they are small or thin. libtorch's operators elsewhere.
/// </summary>
public static class MatrixProduct
{
    /// <summary>x·weightᵀ + bias, a linear layer.</summary>
    /// <param name="linear">From K features to N.</param>
    /// <param name="x">(…, K).</param>
    /// <returns>(…, N).</returns>
    public static Tensor Apply(TorchSharp.Modules.Linear linear, Tensor x) =>
        Takes(x) && Takes(linear.weight) && x.shape[^1] == linear.weight.shape[1]
            ? Bilinear.Apply(Product.ByTurned, x, linear.weight, linear.bias)
            : linear.call(x);

    /// <summary>A stack of products.</summary>
    /// <param name="a">(…, m, k).</param>
    /// <param name="b">(…, k, n), one for each of <paramref name="a"/>; libtorch takes what it broadcasts.</param>
    /// <returns>(…, m, n).</returns>
    public static Tensor Apply(Tensor a, Tensor b) =>
        Takes(a) && Takes(b) && Match(a.shape, b.shape) ? Bilinear.Apply(Product.Plain, a, b) : a.matmul(b);

    private static bool Match(ReadOnlySpan<long> a, ReadOnlySpan<long> b) =>
        a.Length > 1 && b.Length > 1 && a[^1] == b[^2] && a[..^2].SequenceEqual(b[..^2]);

    // x's rows before its last axis all meet the same weight if that is a single matrix.
    private sealed unsafe class Product(bool turned) : IBilinear
    {
        internal static readonly Product Plain = new(turned: false),
            ByTurned = new(turned: true);

        public int BiasAxis(int axes) => axes - 1;

        public Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
        {
            var sizes = new Sizes(x.shape, weight.shape, turned);
            var y = empty([.. x.shape.AsSpan(0, x.shape.Length - 1), sizes.N]);
            MatrixStack.Multiply(
                sizes.Count,
                sizes.M,
                sizes.N,
                sizes.K,
                Rows(x, sizes.K),
                Weight(weight, sizes),
                Start(y),
                bias is null ? null : Start(bias)
            );
            return y;
        }

        public Tensor OfX(Tensor weight, Tensor g, long[] shape)
        {
            var sizes = new Sizes(shape, weight.shape, turned);
            var result = empty(shape);
            MatrixStack.Multiply(sizes.Count, sizes.M, sizes.K, sizes.N, Rows(g, sizes.N), Weight(weight, sizes).Turned, Start(result));
            return result;
        }

        public Tensor OfWeight(Tensor x, Tensor g, long[] shape)
        {
            var sizes = new Sizes(x.shape, shape, turned);
            var result = empty(shape);
            var (rows, given) = (Rows(x, sizes.K), Rows(g, sizes.N));
            if (turned)
                MatrixStack.Multiply(sizes.Count, sizes.N, sizes.K, sizes.M, given.Turned, rows, Start(result));
            else
                MatrixStack.Multiply(sizes.Count, sizes.K, sizes.N, sizes.M, rows.Turned, given, Start(result));
            return result;
        }

        private static StridedMatrix Rows(Tensor x, int columns) => new(Start(x), columns, 1);

        private StridedMatrix Weight(Tensor weight, in Sizes sizes) =>
            turned ? new StridedMatrix(Start(weight), sizes.K, 1).Turned : new StridedMatrix(Start(weight), sizes.N, 1);
    }

    /// <summary>So many products of m x k and k x n.</summary>
    private readonly struct Sizes
    {
        internal Sizes(long[] x, long[] weight, bool turned)
        {
            Count = (int)Elements(weight.AsSpan(0, weight.Length - 2));
            K = (int)x[^1];
            N = (int)weight[turned ? ^2 : ^1];
            M = (int)(Elements(x) / K / Count);
        }

        internal int Count { get; }
        internal int M { get; }
        internal int N { get; }
        internal int K { get; }
    }

    private static long Elements(ReadOnlySpan<long> sizes)
    {
        var elements = 1L;
        foreach (var size in sizes)
            elements *= size;
        return elements;
    }
}
