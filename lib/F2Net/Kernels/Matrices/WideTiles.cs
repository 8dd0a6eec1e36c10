using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Matrices;

/// <summary>
/// The tiles of <see cref="MatrixKernel"/> where the processor has vectors of sixteen: a panel's row is one of them, and there are registers for tiles as
/// high as they are wide.
/// </summary>
internal static unsafe class WideTiles
{
    /// <summary>One tile of 16 x 16.</summary>
    [MethodImpl(Hot)]
    internal static void OfSixteen(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        Sixteen c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default,
            c6 = default,
            c7 = default,
            c8 = default,
            c9 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c13 = default,
            c14 = default,
            c15 = default;
        var aTwo = 2 * aRow;
        float* a3 = a + 3 * aRow,
            a6 = a + 6 * aRow,
            a9 = a + 9 * aRow,
            a12 = a + 12 * aRow,
            a15 = a + 15 * aRow;
        for (var i = 0; i < k; i++, b += bRow)
        {
            var row = Sixteen.Load(b);
            c0 = Sixteen.Fma(Sixteen.All(a[0]), row, c0);
            c1 = Sixteen.Fma(Sixteen.All(a[aRow]), row, c1);
            c2 = Sixteen.Fma(Sixteen.All(a[aTwo]), row, c2);
            c3 = Sixteen.Fma(Sixteen.All(a3[0]), row, c3);
            c4 = Sixteen.Fma(Sixteen.All(a3[aRow]), row, c4);
            c5 = Sixteen.Fma(Sixteen.All(a3[aTwo]), row, c5);
            c6 = Sixteen.Fma(Sixteen.All(a6[0]), row, c6);
            c7 = Sixteen.Fma(Sixteen.All(a6[aRow]), row, c7);
            c8 = Sixteen.Fma(Sixteen.All(a6[aTwo]), row, c8);
            c9 = Sixteen.Fma(Sixteen.All(a9[0]), row, c9);
            c10 = Sixteen.Fma(Sixteen.All(a9[aRow]), row, c10);
            c11 = Sixteen.Fma(Sixteen.All(a9[aTwo]), row, c11);
            c12 = Sixteen.Fma(Sixteen.All(a12[0]), row, c12);
            c13 = Sixteen.Fma(Sixteen.All(a12[aRow]), row, c13);
            c14 = Sixteen.Fma(Sixteen.All(a12[aTwo]), row, c14);
            c15 = Sixteen.Fma(Sixteen.All(a15[0]), row, c15);
            a += aColumn;
            a3 += aColumn;
            a6 += aColumn;
            a9 += aColumn;
            a12 += aColumn;
            a15 += aColumn;
        }

        Store(c, c0, add);
        Store(c + cRow, c1, add);
        Store(c + 2 * cRow, c2, add);
        Store(c + 3 * cRow, c3, add);
        Store(c + 4 * cRow, c4, add);
        Store(c + 5 * cRow, c5, add);
        Store(c + 6 * cRow, c6, add);
        Store(c + 7 * cRow, c7, add);
        Store(c + 8 * cRow, c8, add);
        Store(c + 9 * cRow, c9, add);
        Store(c + 10 * cRow, c10, add);
        Store(c + 11 * cRow, c11, add);
        Store(c + 12 * cRow, c12, add);
        Store(c + 13 * cRow, c13, add);
        Store(c + 14 * cRow, c14, add);
        Store(c + 15 * cRow, c15, add);
    }

    /// <summary>One tile of 8 x 32, over two panels.</summary>
    [MethodImpl(Hot)]
    internal static void OfTwoPanels(
        float* a,
        long aRow,
        long aColumn,
        float* b,
        long bPanel,
        long bRow,
        int k,
        float* c,
        long cRow,
        long cPanel,
        bool add
    )
    {
        Sixteen c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default,
            c40 = default,
            c41 = default,
            c50 = default,
            c51 = default,
            c60 = default,
            c61 = default,
            c70 = default,
            c71 = default;
        var aTwo = 2 * aRow;
        float* a3 = a + 3 * aRow,
            a6 = a + 6 * aRow,
            second = b + bPanel;
        for (var i = 0; i < k; i++, b += bRow, second += bRow)
        {
            Sixteen b0 = Sixteen.Load(b),
                b1 = Sixteen.Load(second);
            var x = Sixteen.All(a[0]);
            c00 = Sixteen.Fma(x, b0, c00);
            c01 = Sixteen.Fma(x, b1, c01);
            x = Sixteen.All(a[aRow]);
            c10 = Sixteen.Fma(x, b0, c10);
            c11 = Sixteen.Fma(x, b1, c11);
            x = Sixteen.All(a[aTwo]);
            c20 = Sixteen.Fma(x, b0, c20);
            c21 = Sixteen.Fma(x, b1, c21);
            x = Sixteen.All(a3[0]);
            c30 = Sixteen.Fma(x, b0, c30);
            c31 = Sixteen.Fma(x, b1, c31);
            x = Sixteen.All(a3[aRow]);
            c40 = Sixteen.Fma(x, b0, c40);
            c41 = Sixteen.Fma(x, b1, c41);
            x = Sixteen.All(a3[aTwo]);
            c50 = Sixteen.Fma(x, b0, c50);
            c51 = Sixteen.Fma(x, b1, c51);
            x = Sixteen.All(a6[0]);
            c60 = Sixteen.Fma(x, b0, c60);
            c61 = Sixteen.Fma(x, b1, c61);
            x = Sixteen.All(a6[aRow]);
            c70 = Sixteen.Fma(x, b0, c70);
            c71 = Sixteen.Fma(x, b1, c71);
            a += aColumn;
            a3 += aColumn;
            a6 += aColumn;
        }

        Store(c, c00, add);
        Store(c + cPanel, c01, add);
        Store(c + cRow, c10, add);
        Store(c + cPanel + cRow, c11, add);
        Store(c + 2 * cRow, c20, add);
        Store(c + cPanel + 2 * cRow, c21, add);
        Store(c + 3 * cRow, c30, add);
        Store(c + cPanel + 3 * cRow, c31, add);
        Store(c + 4 * cRow, c40, add);
        Store(c + cPanel + 4 * cRow, c41, add);
        Store(c + 5 * cRow, c50, add);
        Store(c + cPanel + 5 * cRow, c51, add);
        Store(c + 6 * cRow, c60, add);
        Store(c + cPanel + 6 * cRow, c61, add);
        Store(c + 7 * cRow, c70, add);
        Store(c + cPanel + 7 * cRow, c71, add);
    }

    /// <summary>One tile of 8 x 16.</summary>
    [MethodImpl(Hot)]
    internal static void OfEight(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        Sixteen c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default,
            c6 = default,
            c7 = default;
        var aTwo = 2 * aRow;
        float* a3 = a + 3 * aRow,
            a6 = a + 6 * aRow;
        for (var i = 0; i < k; i++, b += bRow)
        {
            var row = Sixteen.Load(b);
            c0 = Sixteen.Fma(Sixteen.All(a[0]), row, c0);
            c1 = Sixteen.Fma(Sixteen.All(a[aRow]), row, c1);
            c2 = Sixteen.Fma(Sixteen.All(a[aTwo]), row, c2);
            c3 = Sixteen.Fma(Sixteen.All(a3[0]), row, c3);
            c4 = Sixteen.Fma(Sixteen.All(a3[aRow]), row, c4);
            c5 = Sixteen.Fma(Sixteen.All(a3[aTwo]), row, c5);
            c6 = Sixteen.Fma(Sixteen.All(a6[0]), row, c6);
            c7 = Sixteen.Fma(Sixteen.All(a6[aRow]), row, c7);
            a += aColumn;
            a3 += aColumn;
            a6 += aColumn;
        }

        Store(c, c0, add);
        Store(c + cRow, c1, add);
        Store(c + 2 * cRow, c2, add);
        Store(c + 3 * cRow, c3, add);
        Store(c + 4 * cRow, c4, add);
        Store(c + 5 * cRow, c5, add);
        Store(c + 6 * cRow, c6, add);
        Store(c + 7 * cRow, c7, add);
    }

    /// <summary>One tile of 6 x 16.</summary>
    [MethodImpl(Hot)]
    internal static void OfSix(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        Sixteen c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        var aTwo = 2 * aRow;
        float* a3 = a + 3 * aRow;
        for (var i = 0; i < k; i++, b += bRow)
        {
            var row = Sixteen.Load(b);
            c0 = Sixteen.Fma(Sixteen.All(a[0]), row, c0);
            c1 = Sixteen.Fma(Sixteen.All(a[aRow]), row, c1);
            c2 = Sixteen.Fma(Sixteen.All(a[aTwo]), row, c2);
            c3 = Sixteen.Fma(Sixteen.All(a3[0]), row, c3);
            c4 = Sixteen.Fma(Sixteen.All(a3[aRow]), row, c4);
            c5 = Sixteen.Fma(Sixteen.All(a3[aTwo]), row, c5);
            a += aColumn;
            a3 += aColumn;
        }

        Store(c, c0, add);
        Store(c + cRow, c1, add);
        Store(c + 2 * cRow, c2, add);
        Store(c + 3 * cRow, c3, add);
        Store(c + 4 * cRow, c4, add);
        Store(c + 5 * cRow, c5, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Sixteen row, bool add) => (add ? row + Sixteen.Load(c) : row).Store(c);
}
