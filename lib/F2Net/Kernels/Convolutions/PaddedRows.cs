using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// Some rows of all of an image's channels with zeros around them, at stride 2 the even and the odd columns apart: whatever its tap, a filter then reads
/// eight positions of the map as one vector.
/// </summary>
internal readonly unsafe struct PaddedRows
{
    private readonly int rows,
        width,
        stride,
        padding,
        length;

    /// <param name="rows">Rows held of each channel.</param>
    /// <param name="width">Of the map.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="padding">Columns of zeros to the left.</param>
    /// <param name="right">Columns read beyond the last that begins a vector.</param>
    /// <param name="positions">Vectors begin within so many positions of a row.</param>
    internal PaddedRows(int rows, int width, int stride, int padding, int right, int positions)
    {
        (this.rows, this.width, this.stride, this.padding) = (rows, width, stride, padding);
        length = Eights(Math.Max(positions + right / stride, (padding + width) / stride)) + 2 * Lanes;
    }

    /// <summary>Floats of a channel.</summary>
    internal int Channel => rows * Row;

    /// <summary>Floats of a row.</summary>
    internal int Row => stride * length;

    /// <summary>Where a column counted from the first one of padding lies in a row.</summary>
    internal int Column(int column) => column % stride * length + column / stride;

    /// <summary>Fills a channel with a plane's rows from <paramref name="first"/> on; those outside it are zero.</summary>
    [MethodImpl(Hot)]
    internal void Fill(float* plane, int height, int first, float* to)
    {
        for (var row = 0; row < rows; row++, to += Row)
        {
            if (first + row < 0 || first + row >= height)
            {
                new Span<float>(to, Row).Clear();
                continue;
            }
            var from = plane + (long)(first + row) * width;
            if (stride == 1)
                Surround(from, to);
            else
            {
                new Span<float>(to, Row).Clear();
                Part(from, to);
            }
        }
    }

    // Rows are short: calls that clear and copy would take longer than the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Surround(float* from, float* to)
    {
        for (var i = 0; i < padding; i += Lanes)
            Vector256<float>.Zero.Store(to + i);
        var inside = to + padding;
        var column = 0;
        for (; column <= width - Lanes; column += Lanes)
            Vector256.Load(from + column).Store(inside + column);
        for (; column < width; column++)
            inside[column] = from[column];
        // The last vector ends where the row does.
        var end = length - padding - Lanes;
        for (; column < end; column += Lanes)
            Vector256<float>.Zero.Store(inside + column);
        Vector256<float>.Zero.Store(inside + end);
    }

    // Even and odd columns, counted from the first one of padding.
    [MethodImpl(Hot)]
    private void Part(float* from, float* to)
    {
        float* even = to + Column(padding),
            odd = to + Column(padding + 1);
        var column = 0;
        if (Avx2.IsSupported)
            for (; column <= width - 2 * Lanes; column += 2 * Lanes)
            {
                Vector256<float> a = Vector256.Load(from + column),
                    b = Vector256.Load(from + column + Lanes);
                InOrder(Avx.Shuffle(a, b, 0x88)).Store(even + column / 2);
                InOrder(Avx.Shuffle(a, b, 0xDD)).Store(odd + column / 2);
            }
        for (; column < width; column++)
            (column % 2 == 0 ? even : odd)[column / 2] = from[column];
    }
}
