using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Taps;

/// <summary>
/// Tiles of products whose right operand's rows are the taps of filters: each begins at its own distance from the place in hand, so that nothing is
/// copied to make a matrix of them.
/// </summary>
internal static unsafe class TapTiles
{
    /// <summary>Channels of the tallest tile.</summary>
    internal const int Rows = 6;

    /// <summary>So many channels are taken at once where some are left: tiles of four waste least of eight.</summary>
    internal static int Height(int left) =>
        left >= Rows && left != 8 ? Rows
        : left >= 4 ? 4
        : 1;

    /// <summary>Whether vectors of sixteen, where there are any, waste nothing of rows of so many positions.</summary>
    internal static bool TakesSixteen(int positions) => Sixteen.AreThere && positions % Sixteen.Count == 0;

    /// <summary>
    /// Two vectors of so many channels: y[r] = bias[r] + Σ_i a[r, i] · x[at[i]], for the places x0 and x1.
    /// </summary>
    /// <param name="rows">6, 4 or 1.</param>
    /// <param name="aRow">From a channel's weights to the next one's.</param>
    /// <param name="bias">Of these channels, or null.</param>
    /// <param name="y0">Of the first channel; <paramref name="yRow"/> leads to the next one's.</param>
    internal static void Sum<T>(
        int rows,
        float* a,
        long aRow,
        int* at,
        int count,
        float* x0,
        float* x1,
        float* bias,
        float* y0,
        float* y1,
        long yRow
    )
        where T : struct, IFloats<T>
    {
        if (rows == Rows)
            Six<T>(a, aRow, at, count, x0, x1, bias, y0, y1, yRow);
        else if (rows == 4)
            Four<T>(a, aRow, at, count, x0, x1, bias, y0, y1, yRow);
        else
            One<T>(a, at, count, x0, x1, bias, y0, y1);
    }

    [MethodImpl(Hot)]
    private static void Six<T>(float* a, long aRow, int* at, int count, float* x0, float* x1, float* bias, float* y0, float* y1, long yRow)
        where T : struct, IFloats<T>
    {
        float* a1 = a + aRow,
            a2 = a1 + aRow,
            a3 = a2 + aRow,
            a4 = a3 + aRow,
            a5 = a4 + aRow;
        T s00 = First<T>(bias, 0),
            s01 = s00,
            s10 = First<T>(bias, 1),
            s11 = s10,
            s20 = First<T>(bias, 2),
            s21 = s20,
            s30 = First<T>(bias, 3),
            s31 = s30,
            s40 = First<T>(bias, 4),
            s41 = s40,
            s50 = First<T>(bias, 5),
            s51 = s50;
        for (var i = 0; i < count; i++)
        {
            T b0 = T.Load(x0 + at[i]),
                b1 = T.Load(x1 + at[i]);
            var w = T.All(a[i]);
            s00 = T.Fma(w, b0, s00);
            s01 = T.Fma(w, b1, s01);
            w = T.All(a1[i]);
            s10 = T.Fma(w, b0, s10);
            s11 = T.Fma(w, b1, s11);
            w = T.All(a2[i]);
            s20 = T.Fma(w, b0, s20);
            s21 = T.Fma(w, b1, s21);
            w = T.All(a3[i]);
            s30 = T.Fma(w, b0, s30);
            s31 = T.Fma(w, b1, s31);
            w = T.All(a4[i]);
            s40 = T.Fma(w, b0, s40);
            s41 = T.Fma(w, b1, s41);
            w = T.All(a5[i]);
            s50 = T.Fma(w, b0, s50);
            s51 = T.Fma(w, b1, s51);
        }
        Put(s00, s01, y0, y1, 0);
        Put(s10, s11, y0, y1, yRow);
        Put(s20, s21, y0, y1, 2 * yRow);
        Put(s30, s31, y0, y1, 3 * yRow);
        Put(s40, s41, y0, y1, 4 * yRow);
        Put(s50, s51, y0, y1, 5 * yRow);
    }

    [MethodImpl(Hot)]
    private static void Four<T>(float* a, long aRow, int* at, int count, float* x0, float* x1, float* bias, float* y0, float* y1, long yRow)
        where T : struct, IFloats<T>
    {
        float* a1 = a + aRow,
            a2 = a1 + aRow,
            a3 = a2 + aRow;
        T s00 = First<T>(bias, 0),
            s01 = s00,
            s10 = First<T>(bias, 1),
            s11 = s10,
            s20 = First<T>(bias, 2),
            s21 = s20,
            s30 = First<T>(bias, 3),
            s31 = s30;
        for (var i = 0; i < count; i++)
        {
            T b0 = T.Load(x0 + at[i]),
                b1 = T.Load(x1 + at[i]);
            var w = T.All(a[i]);
            s00 = T.Fma(w, b0, s00);
            s01 = T.Fma(w, b1, s01);
            w = T.All(a1[i]);
            s10 = T.Fma(w, b0, s10);
            s11 = T.Fma(w, b1, s11);
            w = T.All(a2[i]);
            s20 = T.Fma(w, b0, s20);
            s21 = T.Fma(w, b1, s21);
            w = T.All(a3[i]);
            s30 = T.Fma(w, b0, s30);
            s31 = T.Fma(w, b1, s31);
        }
        Put(s00, s01, y0, y1, 0);
        Put(s10, s11, y0, y1, yRow);
        Put(s20, s21, y0, y1, 2 * yRow);
        Put(s30, s31, y0, y1, 3 * yRow);
    }

    [MethodImpl(Hot)]
    private static void One<T>(float* a, int* at, int count, float* x0, float* x1, float* bias, float* y0, float* y1)
        where T : struct, IFloats<T>
    {
        T s0 = First<T>(bias, 0),
            s1 = s0;
        for (var i = 0; i < count; i++)
        {
            s0 = T.Fma(T.All(a[i]), T.Load(x0 + at[i]), s0);
            s1 = T.Fma(T.All(a[i]), T.Load(x1 + at[i]), s1);
        }
        Put(s0, s1, y0, y1, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T First<T>(float* bias, int row)
        where T : struct, IFloats<T> => bias == null ? default : T.All(bias[row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(T first, T second, float* y0, float* y1, long at)
        where T : struct, IFloats<T>
    {
        first.Store(y0 + at);
        second.Store(y1 + at);
    }

    /// <summary>What three channels' weights at four taps get: sums[r, i] = Σ over rows and columns of g[r] · x[i].</summary>
    /// <param name="g0">Of the first channel's gradient, rows <paramref name="gRow"/> apart; whole vectors of columns, zeros where there are fewer.</param>
    /// <param name="x0">What the first tap reads, rows <paramref name="xRow"/> apart.</param>
    /// <param name="sums">(3, 4), rows <paramref name="sumsRow"/> apart.</param>
    [MethodImpl(Hot)]
    internal static void Dots<T>(
        float* g0,
        float* g1,
        float* g2,
        long gRow,
        float* x0,
        float* x1,
        float* x2,
        float* x3,
        long xRow,
        int rows,
        int columns,
        float* sums,
        long sumsRow
    )
        where T : struct, IFloats<T>
    {
        T s00 = default,
            s01 = default,
            s02 = default,
            s03 = default,
            s10 = default,
            s11 = default,
            s12 = default,
            s13 = default,
            s20 = default,
            s21 = default,
            s22 = default,
            s23 = default;
        for (var row = 0; row < rows; row++)
        {
            long g = row * gRow,
                x = row * xRow;
            for (var end = g + columns; g < end; g += T.Count, x += T.Count)
            {
                T a0 = T.Load(g0 + g),
                    a1 = T.Load(g1 + g),
                    a2 = T.Load(g2 + g);
                var b = T.Load(x0 + x);
                s00 = T.Fma(a0, b, s00);
                s10 = T.Fma(a1, b, s10);
                s20 = T.Fma(a2, b, s20);
                b = T.Load(x1 + x);
                s01 = T.Fma(a0, b, s01);
                s11 = T.Fma(a1, b, s11);
                s21 = T.Fma(a2, b, s21);
                b = T.Load(x2 + x);
                s02 = T.Fma(a0, b, s02);
                s12 = T.Fma(a1, b, s12);
                s22 = T.Fma(a2, b, s22);
                b = T.Load(x3 + x);
                s03 = T.Fma(a0, b, s03);
                s13 = T.Fma(a1, b, s13);
                s23 = T.Fma(a2, b, s23);
            }
        }
        Put(s00.Folded, s01.Folded, s02.Folded, s03.Folded, sums);
        Put(s10.Folded, s11.Folded, s12.Folded, s13.Folded, sums + sumsRow);
        Put(s20.Folded, s21.Folded, s22.Folded, s23.Folded, sums + 2 * sumsRow);
    }

    // The sums of four vectors' lanes side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* to)
    {
        if (!Avx.IsSupported)
        {
            (to[0], to[1], to[2], to[3]) = (Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
            return;
        }
        var halves = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
        (halves.GetLower() + halves.GetUpper()).Store(to);
    }
}
