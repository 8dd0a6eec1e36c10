using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

/// <summary>
/// Single-precision matrix product on one thread, c = a·b or c += a·b, made of tiles of 6 x 16 that stay in registers while k runs.
/// </summary>
/// <remarks>
/// The left operand is read where it lies, at any strides: row-major, transposed, a slice. The right one is read in panels of 16 columns, which either
/// lie side by side in a row-major matrix or were packed one after the other by <see cref="PackColumns"/>. What a product shall not spoil
/// beyond its m x n values is left alone.
/// </remarks>
internal static unsafe class MatrixKernel
{
    /// <summary>A tile's height; multiples of it waste nothing.</summary>
    internal const int Rows = 6;

    /// <summary>A tile's width, and a panel's.</summary>
    internal const int Columns = 16;

    // A panel's stretch of so many rows (24 KB) stays in the first-level cache while the tiles below each other read it.
    private const int Depth = 384;

    /// <summary>Floats of a packed right operand.</summary>
    internal static long PackedSize(long k, long n) => (n + Columns - 1) / Columns * Columns * k;

    /// <summary>Packs a right operand (k x n, any strides) into panels of 16 columns, the last one filled up with zeros.</summary>
    internal static void PackColumns(float* b, long rowStride, long columnStride, int k, int n, float* packed)
    {
        for (var left = 0; left < n; left += Columns)
        {
            var columns = Math.Min(Columns, n - left);
            for (var row = 0; row < k; row++, packed += Columns)
            {
                var from = b + row * rowStride + left * columnStride;
                for (var j = 0; j < columns; j++)
                    packed[j] = from[j * columnStride];
                for (var j = columns; j < Columns; j++)
                    packed[j] = 0;
            }
        }
    }

    /// <summary>c = a·b, or c += a·b, with b packed by <see cref="PackColumns"/>.</summary>
    internal static void MultiplyPacked(
        float* a,
        long aRow,
        long aColumn,
        float* packed,
        int m,
        int n,
        int k,
        float* c,
        long cRow,
        bool add
    ) => Multiply(a, aRow, aColumn, packed, Columns, (long)k * Columns, m, n, k, c, cRow, add);

    /// <summary>c (m x n) = a (m x k) · b (k x n), or c += a·b.</summary>
    /// <param name="aRow">Distance between a's rows, and <paramref name="aColumn"/> between its columns.</param>
    /// <param name="bRow">Distance between b's rows; 16 columns beside each other, all of them readable also where n ends earlier.</param>
    /// <param name="bPanel">Distance between two panels of 16 columns.</param>
    internal static void Multiply(
        float* a,
        long aRow,
        long aColumn,
        float* b,
        long bRow,
        long bPanel,
        int m,
        int n,
        int k,
        float* c,
        long cRow,
        bool add
    )
    {
        var spare = stackalloc float[Rows * Columns];
        for (var start = 0; start < k; start += Depth)
        {
            var depth = Math.Min(Depth, k - start);
            for (var left = 0; left < n; left += Columns)
            {
                var panel = b + left / Columns * bPanel + start * bRow;
                var columns = Math.Min(Columns, n - left);
                for (var top = 0; top < m; top += Rows)
                {
                    var rows = Math.Min(Rows, m - top);
                    var tile = c + top * cRow + left;
                    var strip = a + top * aRow + start * aColumn;
                    if (rows == Rows && columns == Columns)
                        Tile(strip, aRow, aColumn, panel, bRow, depth, tile, cRow, add || start > 0);
                    else
                    {
                        if (m >= Rows) // the last rows once more with some above them: a whole tile costs less than its lines
                            Tile(strip - (Rows - rows) * aRow, aRow, aColumn, panel, bRow, depth, spare, Columns, false);
                        else
                            for (var i = 0; i < rows; i++)
                                Line(strip + i * aRow, aColumn, panel, bRow, depth, spare + i * Columns);
                        Put(m >= Rows ? spare + (Rows - rows) * Columns : spare, rows, columns, tile, cRow, add || start > 0);
                    }
                }
            }
        }
    }

    /// <summary>One whole tile of 6 x 16.</summary>
    [MethodImpl(Hot)]
    internal static void Tile(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        Vector256<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default;
        Vector256<float> c30 = default,
            c31 = default,
            c40 = default,
            c41 = default,
            c50 = default,
            c51 = default;
        float* a1 = a + aRow,
            a2 = a1 + aRow,
            a3 = a2 + aRow,
            a4 = a3 + aRow,
            a5 = a4 + aRow;
        var end = k * aColumn;
        for (long i = 0; i != end; i += aColumn, b += bRow)
        {
            Vector256<float> b0 = Vector256.Load(b),
                b1 = Vector256.Load(b + Lanes);
            var x = Vector256.Create(a[i]);
            c00 = Fma(x, b0, c00);
            c01 = Fma(x, b1, c01);
            x = Vector256.Create(a1[i]);
            c10 = Fma(x, b0, c10);
            c11 = Fma(x, b1, c11);
            x = Vector256.Create(a2[i]);
            c20 = Fma(x, b0, c20);
            c21 = Fma(x, b1, c21);
            x = Vector256.Create(a3[i]);
            c30 = Fma(x, b0, c30);
            c31 = Fma(x, b1, c31);
            x = Vector256.Create(a4[i]);
            c40 = Fma(x, b0, c40);
            c41 = Fma(x, b1, c41);
            x = Vector256.Create(a5[i]);
            c50 = Fma(x, b0, c50);
            c51 = Fma(x, b1, c51);
        }

        if (add)
        {
            c00 += Vector256.Load(c);
            c01 += Vector256.Load(c + Lanes);
            c10 += Vector256.Load(c + cRow);
            c11 += Vector256.Load(c + cRow + Lanes);
            c20 += Vector256.Load(c + 2 * cRow);
            c21 += Vector256.Load(c + 2 * cRow + Lanes);
            c30 += Vector256.Load(c + 3 * cRow);
            c31 += Vector256.Load(c + 3 * cRow + Lanes);
            c40 += Vector256.Load(c + 4 * cRow);
            c41 += Vector256.Load(c + 4 * cRow + Lanes);
            c50 += Vector256.Load(c + 5 * cRow);
            c51 += Vector256.Load(c + 5 * cRow + Lanes);
        }
        c00.Store(c);
        c01.Store(c + Lanes);
        c10.Store(c + cRow);
        c11.Store(c + cRow + Lanes);
        c20.Store(c + 2 * cRow);
        c21.Store(c + 2 * cRow + Lanes);
        c30.Store(c + 3 * cRow);
        c31.Store(c + 3 * cRow + Lanes);
        c40.Store(c + 4 * cRow);
        c41.Store(c + 4 * cRow + Lanes);
        c50.Store(c + 5 * cRow);
        c51.Store(c + 5 * cRow + Lanes);
    }

    // One row of a tile that has fewer than six.
    [MethodImpl(Hot)]
    private static void Line(float* a, long aColumn, float* b, long bRow, int k, float* c)
    {
        Vector256<float> c0 = default,
            c1 = default;
        for (var i = 0; i < k; i++, b += bRow)
        {
            var x = Vector256.Create(a[i * aColumn]);
            c0 = Fma(x, Vector256.Load(b), c0);
            c1 = Fma(x, Vector256.Load(b + Lanes), c1);
        }
        c0.Store(c);
        c1.Store(c + Lanes);
    }

    private static void Put(float* tile, int rows, int columns, float* c, long cRow, bool add)
    {
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j++)
            c[i * cRow + j] = (add ? c[i * cRow + j] : 0) + tile[i * Columns + j];
    }
}
