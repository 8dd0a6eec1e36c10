using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

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
