using static F2Net.Kernels.Matrices.MatrixKernel;

namespace F2Net.Kernels.Matrices;

/// <summary>A matrix where it lies: the distances between its rows and between its columns, one of which is 1.</summary>
internal readonly unsafe record struct StridedMatrix(nint Start, long Row, long Column)
{
    internal StridedMatrix(float* start, long row, long column)
        : this((nint)start, row, column) { }

    internal StridedMatrix Turned => new(Start, Column, Row);

    internal float* At(long row, long column) => (float*)Start + row * Row + column * Column;

    internal StridedMatrix After(long floats) => this with { Start = Start + (nint)(floats * sizeof(float)) };
}

/// <summary>Products of stacked matrices on all threads; a job owns a block of one result. How the work is cut depends on the sizes alone, never on the threads.</summary>
internal static unsafe class MatrixStack
{
    // A job's rows: a multiple of a tile's, few enough that a block of the left operand stays in the second-level cache.
    private const int BlockRows = 8 * Rows;

    // A job's columns where rows alone make few jobs.
    private const int BlockColumns = 4 * Columns;

    // Below so many row blocks columns are cut as well.
    private const int FewBlocks = 8;

    // A sum over so many products at least is cut into parts where the result is small: a weight's gradient is a sum over all tokens.
    private const int PartDepth = 1024;

    private const int MostParts = 16;

    // Floats of a result that may be summed in parts.
    private const int SmallResult = 1 << 14;

    /// <summary>c = a·b + bias, so many times, the matrices of a stack one after the other.</summary>
    /// <param name="a">The first one, m x k.</param>
    /// <param name="b">The first one, k x n.</param>
    /// <param name="c">(count, m, n), row-major.</param>
    /// <param name="bias">(n), or null.</param>
    internal static void Multiply(int count, int m, int n, int k, StridedMatrix a, StridedMatrix b, float* c, float* bias = null)
    {
        var parts = (long)m * n <= SmallResult && bias == null ? Math.Clamp(k / PartDepth, 1, MostParts) : 1;
        if (count == 1 && parts > 1)
        {
            Summed(parts, m, n, k, a, b, c);
            return;
        }
        if (count > 1)
        {
            Team.Run(
                count,
                job =>
                {
                    using var columns = new RightOperand(b.After(job * k * n), k, n);
                    Block(a.After(job * m * k), columns, m, n, k, c + job * m * n, n, bias, 0, m, 0, n);
                }
            );
            return;
        }
        using var right = new RightOperand(b, k, n);
        var rowBlocks = (m + BlockRows - 1) / BlockRows;
        var width = rowBlocks >= FewBlocks ? n : BlockColumns;
        var columnBlocks = (n + width - 1) / width;
        Team.Run(
            (long)rowBlocks * columnBlocks,
            job =>
            {
                var (top, left) = ((int)(job / columnBlocks) * BlockRows, (int)(job % columnBlocks) * width);
                Block(a, right, m, n, k, c, n, bias, top, Math.Min(BlockRows, m - top), left, Math.Min(width, n - left));
            }
        );
    }

    private static void Block(
        StridedMatrix a,
        RightOperand right,
        int m,
        int n,
        int k,
        float* c,
        long cRow,
        float* bias,
        int top,
        int rows,
        int left,
        int columns
    )
    {
        var to = c + top * cRow + left;
        if (bias != null)
            for (var row = 0; row < rows; row++)
                Simd.Copy(bias + left, to + row * cRow, columns);
        MatrixKernel.Multiply(
            a.At(top, 0),
            a.Row,
            a.Column,
            right.Panel(left),
            right.Row,
            right.PanelStride,
            rows,
            columns,
            k,
            to,
            cRow,
            add: bias != null
        );
    }

    // A small result that sums over much: parts of the sum side by side, then their sum.
    private static void Summed(int parts, int m, int n, int k, StridedMatrix a, StridedMatrix b, float* c)
    {
        var size = (long)m * n;
        using var scratch = new Scratch(parts * Scratch.Size(size), zeroed: false);
        var sums = scratch.Take(parts, size);
        Team.Run(
            parts,
            part =>
            {
                var (start, end) = ((int)(k * part / parts), (int)(k * (part + 1) / parts));
                using var right = new RightOperand(b.After(start * b.Row), end - start, n);
                Block(a.After(start * a.Column), right, m, n, end - start, (float*)sums[part], n, null, 0, m, 0, n);
            }
        );
        Simd.Copy((float*)sums[0], c, size);
        for (var part = 1; part < parts; part++)
        for (var i = 0L; i < size; i++)
            c[i] += ((float*)sums[part])[i];
    }

    /// <summary>The right operand in panels of 16 columns: where it lies if its rows consist of such, otherwise packed.</summary>
    private sealed class RightOperand : IDisposable
    {
        private readonly Scratch? scratch;
        private readonly float* start;

        internal RightOperand(StridedMatrix b, int k, int n)
        {
            if (b.Column == 1 && n % Columns == 0)
            {
                start = b.At(0, 0);
                (Row, PanelStride) = (b.Row, Columns);
                return;
            }
            scratch = new Scratch(PackedSize(k, n), zeroed: false);
            start = scratch.Take(PackedSize(k, n));
            (Row, PanelStride) = (Columns, (long)k * Columns);
            if (b.Row == 1)
                for (var left = 0; left < n; left += Columns)
                    Transposition.Run(b.At(0, left), b.Column, Math.Min(Columns, n - left), k, Panel(left), Columns);
            else
                PackColumns(b.At(0, 0), b.Row, b.Column, k, n, start);
        }

        internal long Row { get; }

        internal long PanelStride { get; }

        internal float* Panel(int left) => start + left / Columns * PanelStride;

        public void Dispose() => scratch?.Dispose();
    }
}
