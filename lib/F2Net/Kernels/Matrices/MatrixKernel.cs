using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Matrices;

/// <summary>
/// Single-precision matrix product on one thread, c = a·b or c += a·b, made of tiles that stay in registers while k runs: of 6 x 16, or of
/// <see cref="WideTiles"/> where vectors are wide.
/// </summary>
/// <remarks>
/// The left operand is read where it lies, at any strides: row-major, transposed, a slice. The right one is read in panels of 16 columns, which either
/// lie side by side in a row-major matrix or were packed one after the other by <see cref="PackColumns"/>. What a product shall not spoil
/// beyond its m x n values is left alone.
/// </remarks>
internal static unsafe class MatrixKernel
{
    /// <summary>The height of a tile over one panel.</summary>
    internal const int Rows = 6;

    /// <summary>A tile's width, and a panel's.</summary>
    internal const int Columns = 16;

    // What is left of 16, 64 or 136 rows after tiles of six.
    private const int FewRows = 4;

    // A panel's stretch of so many rows (24 KB, or two of them 32 KB where vectors are wide) stays in the first-level cache while the tiles below each
    // other read it.
    private static readonly int Depth = Sixteen.AreThere ? 256 : 384;

    /// <summary>The height of the tiles that two panels' products are made of.</summary>
    internal static int TileRows => Sixteen.AreThere ? Eight.Count : Rows;

    /// <summary>So many rows and those that make whole tiles of them.</summary>
    internal static int WholeTiles(int rows) => (rows + TileRows - 1) / TileRows * TileRows;

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
    /// <param name="bPanel">Distance between two panels of 16 columns, and <paramref name="cPanel"/> between those of the result.</param>
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
        bool add,
        long cPanel = Columns
    )
    {
        var spare = stackalloc float[Sixteen.Count * Columns];
        // What tiles over two panels cover, from the top left.
        var (high, wide) = Sixteen.AreThere ? (m / TileRows * TileRows, n / (2 * Columns) * 2 * Columns) : (0, 0);
        for (var start = 0; start < k; start += Depth)
        {
            var depth = Math.Min(Depth, k - start);
            for (var left = 0; left < wide; left += 2 * Columns)
            {
                var panel = b + left / Columns * bPanel + start * bRow;
                for (var top = 0; top < high; top += TileRows)
                {
                    var strip = a + top * aRow + start * aColumn;
                    WideTiles.OfTwoPanels(
                        strip,
                        aRow,
                        aColumn,
                        panel,
                        bPanel,
                        bRow,
                        depth,
                        c + top * cRow + left / Columns * cPanel,
                        cRow,
                        cPanel,
                        add || start > 0
                    );
                }
            }
            for (var left = 0; left < n; left += Columns)
            {
                var panel = b + left / Columns * bPanel + start * bRow;
                var columns = Math.Min(Columns, n - left);
                for (var top = left < wide ? high : 0; top < m; )
                {
                    var rows = Height(m - top);
                    var tile = c + top * cRow + left / Columns * cPanel;
                    var strip = a + top * aRow + start * aColumn;
                    if (columns == Columns)
                        TileOf(rows, strip, aRow, aColumn, panel, bRow, depth, tile, cRow, add || start > 0);
                    else
                    {
                        TileOf(rows, strip, aRow, aColumn, panel, bRow, depth, spare, Columns, false);
                        Put(spare, rows, columns, tile, cRow, add || start > 0);
                    }
                    top += rows;
                }
            }
        }
    }

    // Of the tiles that there are the tallest that fits.
    private static int Height(int left) =>
        Sixteen.AreThere && left >= Sixteen.Count ? Sixteen.Count
        : Sixteen.AreThere && left >= Eight.Count ? Eight.Count
        : left >= Rows ? Rows
        : left >= FewRows ? FewRows
        : 1;

    private static void TileOf(int rows, float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        if (rows == Sixteen.Count)
            WideTiles.OfSixteen(a, aRow, aColumn, b, bRow, k, c, cRow, add);
        else if (rows == Eight.Count)
            WideTiles.OfEight(a, aRow, aColumn, b, bRow, k, c, cRow, add);
        else if (rows == Rows)
            Tile(a, aRow, aColumn, b, bRow, k, c, cRow, add);
        else if (rows == FewRows)
            Tile4(a, aRow, aColumn, b, bRow, k, c, cRow, add);
        else
            Line(a, aColumn, b, bRow, k, c, add);
    }

    /// <summary>One whole tile of 6 x 16.</summary>
    [MethodImpl(Hot)]
    private static void Tile(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        if (Sixteen.AreThere)
        {
            WideTiles.OfSix(a, aRow, aColumn, b, bRow, k, c, cRow, add);
            return;
        }
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

        Store(c, c00, c01, add);
        Store(c + cRow, c10, c11, add);
        Store(c + 2 * cRow, c20, c21, add);
        Store(c + 3 * cRow, c30, c31, add);
        Store(c + 4 * cRow, c40, c41, add);
        Store(c + 5 * cRow, c50, c51, add);
    }

    [MethodImpl(Hot)]
    private static void Tile4(float* a, long aRow, long aColumn, float* b, long bRow, int k, float* c, long cRow, bool add)
    {
        Vector256<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default;
        Vector256<float> c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        float* a1 = a + aRow,
            a2 = a1 + aRow,
            a3 = a2 + aRow;
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
        }

        Store(c, c00, c01, add);
        Store(c + cRow, c10, c11, add);
        Store(c + 2 * cRow, c20, c21, add);
        Store(c + 3 * cRow, c30, c31, add);
    }

    [MethodImpl(Hot)]
    private static void Line(float* a, long aColumn, float* b, long bRow, int k, float* c, bool add)
    {
        Vector256<float> c0 = default,
            c1 = default;
        for (var i = 0; i < k; i++, b += bRow)
        {
            var x = Vector256.Create(a[i * aColumn]);
            c0 = Fma(x, Vector256.Load(b), c0);
            c1 = Fma(x, Vector256.Load(b + Lanes), c1);
        }
        Store(c, c0, c1, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> first, Vector256<float> second, bool add)
    {
        if (add)
        {
            first += Vector256.Load(c);
            second += Vector256.Load(c + Lanes);
        }
        first.Store(c);
        second.Store(c + Lanes);
    }

    private static void Put(float* tile, int rows, int columns, float* c, long cRow, bool add)
    {
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j++)
            c[i * cRow + j] = (add ? c[i * cRow + j] : 0) + tile[i * Columns + j];
    }
}
