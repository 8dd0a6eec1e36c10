using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Winograd;

/// <summary>
/// The matrices of F(4 x 4, 3 x 3) (Lavin and Gray 2016) at the points 0, ±1, ±2, ∞: a tile of 4 x 4 outputs y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A
/// of a filter g takes 36 products of its 6 x 6 inputs d. Everything is done to eight tiles, or eight channels, at once.
/// </summary>
internal static unsafe class WinogradTransforms
{
    /// <summary>Side of a tile's inputs, and of its products.</summary>
    internal const int Side = 6;

    /// <summary>Side of a tile's outputs.</summary>
    internal const int Outputs = 4;

    /// <summary>Products of a tile.</summary>
    internal const int Positions = Side * Side;

    /// <summary>A matrix applied to vectors that lie at equal distances.</summary>
    internal interface IMatrix
    {
        static abstract int Rows { get; }
        static abstract int Columns { get; }
        static abstract void Apply(float* from, long fromStride, float* to, long toStride);
    }

    /// <summary>matrix · from · matrixᵀ.</summary>
    /// <param name="fromWrap">Where the fifth column begins, which need not follow the fourth.</param>
    [MethodImpl(Hot)]
    internal static void BothSides<T>(
        float* from,
        long fromRow,
        long fromColumn,
        long fromWrap,
        float* to,
        long toRow,
        long toColumn,
        float* between
    )
        where T : struct, IMatrix
    {
        for (var j = 0; j < T.Columns; j++)
            T.Apply(from + (j & 3) * fromColumn + (j >> 2) * fromWrap, fromRow, between + j * Lanes, Side * Lanes);
        for (var i = 0; i < T.Rows; i++)
            T.Apply(between + i * Side * Lanes, Lanes, to + i * toRow, toColumn);
    }

    /// <summary>Bᵀ.</summary>
    internal readonly struct Input : IMatrix
    {
        public static int Rows => Side;
        public static int Columns => Side;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, long fromStride, float* to, long toStride)
        {
            Vector256<float> d0 = At(from, fromStride, 0),
                d1 = At(from, fromStride, 1),
                d2 = At(from, fromStride, 2),
                d3 = At(from, fromStride, 3),
                d4 = At(from, fromStride, 4),
                d5 = At(from, fromStride, 5);
            Vector256<float> even = Fma(-4, d2, d4),
                odd = Fma(-4, d1, d3),
                half = d4 - d2,
                twice = (d3 - d1) * 2;
            Fma(4, d0, Fma(-5, d2, d4)).Store(to);
            (even + odd).Store(to + toStride);
            (even - odd).Store(to + 2 * toStride);
            (half + twice).Store(to + 3 * toStride);
            (half - twice).Store(to + 4 * toStride);
            Fma(4, d1, Fma(-5, d3, d5)).Store(to + 5 * toStride);
        }
    }

    /// <summary>Aᵀ.</summary>
    internal readonly struct Output : IMatrix
    {
        public static int Rows => Outputs;
        public static int Columns => Side;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, long fromStride, float* to, long toStride)
        {
            Vector256<float> m1 = At(from, fromStride, 1),
                m2 = At(from, fromStride, 2),
                m3 = At(from, fromStride, 3),
                m4 = At(from, fromStride, 4);
            Vector256<float> near = m1 + m2,
                nearOdd = m1 - m2,
                far = m3 + m4,
                farOdd = m3 - m4;
            (At(from, fromStride, 0) + near + far).Store(to);
            Fma(2, farOdd, nearOdd).Store(to + toStride);
            Fma(4, far, near).Store(to + 2 * toStride);
            (Fma(8, farOdd, nearOdd) + At(from, fromStride, 5)).Store(to + 3 * toStride);
        }
    }

    /// <summary>A: what a gradient of the outputs is to the products.</summary>
    internal readonly struct OutputGradient : IMatrix
    {
        public static int Rows => Side;
        public static int Columns => Outputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, long fromStride, float* to, long toStride)
        {
            Vector256<float> y0 = At(from, fromStride, 0),
                y1 = At(from, fromStride, 1),
                y2 = At(from, fromStride, 2),
                y3 = At(from, fromStride, 3);
            Vector256<float> near = y0 + y2,
                nearOdd = y1 + y3,
                far = Fma(4, y2, y0),
                farOdd = Fma(8, y3, y1 * 2);
            y0.Store(to);
            (near + nearOdd).Store(to + toStride);
            (near - nearOdd).Store(to + 2 * toStride);
            (far + farOdd).Store(to + 3 * toStride);
            (far - farOdd).Store(to + 4 * toStride);
            y3.Store(to + 5 * toStride);
        }
    }

    /// <summary>G.</summary>
    internal readonly struct Filter : IMatrix
    {
        public static int Rows => Side;
        public static int Columns => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, long fromStride, float* to, long toStride)
        {
            Vector256<float> g0 = At(from, fromStride, 0),
                g1 = At(from, fromStride, 1),
                g2 = At(from, fromStride, 2);
            Vector256<float> near = (g0 + g2) * (-1f / 6),
                nearOdd = g1 * (-1f / 6),
                far = Fma(1f / 24, g0, g2 * (1f / 6)),
                farOdd = g1 * (1f / 12);
            (g0 * 0.25f).Store(to);
            (near + nearOdd).Store(to + toStride);
            (near - nearOdd).Store(to + 2 * toStride);
            (far + farOdd).Store(to + 3 * toStride);
            (far - farOdd).Store(to + 4 * toStride);
            g2.Store(to + 5 * toStride);
        }
    }

    /// <summary>Gᵀ: what a gradient of the transformed filter is to the filter.</summary>
    internal readonly struct FilterGradient : IMatrix
    {
        public static int Rows => 3;
        public static int Columns => Side;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply(float* from, long fromStride, float* to, long toStride)
        {
            Vector256<float> u1 = At(from, fromStride, 1),
                u2 = At(from, fromStride, 2),
                u3 = At(from, fromStride, 3),
                u4 = At(from, fromStride, 4);
            Vector256<float> near = (u1 + u2) * (-1f / 6),
                far = u3 + u4;
            Fma(0.25f, At(from, fromStride, 0), Fma(1f / 24, far, near)).Store(to);
            Fma(1f / 12, u3 - u4, (u2 - u1) * (1f / 6)).Store(to + toStride);
            (Fma(1f / 6, far, near) + At(from, fromStride, 5)).Store(to + 2 * toStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(float* from, long stride, int i) => Vector256.Load(from + i * stride);
}
