using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Matrices;

/// <summary>Turns rows into columns, eight by eight.</summary>
internal static unsafe class Transposition
{
    /// <summary>to[j, i] = from[i, j] for rows x columns values; what lies beside them is left alone.</summary>
    [MethodImpl(Hot)]
    internal static void Run(float* from, long fromRow, int rows, int columns, float* to, long toRow)
    {
        var (down, across) = Avx.IsSupported ? (rows / Lanes * Lanes, columns / Lanes * Lanes) : (0, 0);
        for (var i = 0; i < down; i += Lanes)
        for (var j = 0; j < across; j += Lanes)
            Eight(from + i * fromRow + j, fromRow, to + j * toRow + i, toRow);
        for (var i = 0; i < rows; i++)
        for (var j = i < down ? across : 0; j < columns; j++)
            to[j * toRow + i] = from[i * fromRow + j];
    }

    // Pairs of rows, then of pairs, then of halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* from, long fromRow, float* to, long toRow)
    {
        Vector256<float> a0 = Vector256.Load(from),
            a1 = Vector256.Load(from + fromRow),
            a2 = Vector256.Load(from + 2 * fromRow),
            a3 = Vector256.Load(from + 3 * fromRow);
        from += 4 * fromRow;
        Vector256<float> a4 = Vector256.Load(from),
            a5 = Vector256.Load(from + fromRow),
            a6 = Vector256.Load(from + 2 * fromRow),
            a7 = Vector256.Load(from + 3 * fromRow);
        Four(a0, a1, a2, a3, out var b0, out var b1, out var b2, out var b3);
        Four(a4, a5, a6, a7, out var b4, out var b5, out var b6, out var b7);
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toRow);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toRow);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toRow);
        to += 4 * toRow;
        Avx.Permute2x128(b0, b4, 0x31).Store(to);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + toRow);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 2 * toRow);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 3 * toRow);
    }

    // Two 4 x 4 transpositions side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        Vector256<float> a0,
        Vector256<float> a1,
        Vector256<float> a2,
        Vector256<float> a3,
        out Vector256<float> b0,
        out Vector256<float> b1,
        out Vector256<float> b2,
        out Vector256<float> b3
    )
    {
        var (low01, high01) = (Avx.UnpackLow(a0, a1), Avx.UnpackHigh(a0, a1));
        var (low23, high23) = (Avx.UnpackLow(a2, a3), Avx.UnpackHigh(a2, a3));
        b0 = Avx.Shuffle(low01, low23, 0x44);
        b1 = Avx.Shuffle(low01, low23, 0xEE);
        b2 = Avx.Shuffle(high01, high23, 0x44);
        b3 = Avx.Shuffle(high01, high23, 0xEE);
    }
}
