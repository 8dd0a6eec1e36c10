using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>What the kernels share: vectors of eight, pointers into tensors, jobs spread over threads.</summary>
internal static unsafe class Simd
{
    /// <summary>Floats in a vector.</summary>
    internal const int Lanes = 8;

    /// <summary>Compiled for speed at once: the first step of a run is as fast as the last.</summary>
    internal const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Whether a kernel in C# can work on a tensor; the reference in tensor operators takes the others.</summary>
    internal static bool Takes(Tensor x) =>
        x.dtype == ScalarType.Float32 && x.device_type == TorchSharp.DeviceType.CPU && Vector256.IsHardwareAccelerated;

    /// <summary>Where a contiguous CPU tensor's values begin. Native memory: the address stays as long as the tensor.</summary>
    internal static float* Start(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(a, b, sum);

    /// <summary>a · b + sum with one factor for all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Fma(float a, Vector256<float> b, Vector256<float> sum) => Fma(Vector256.Create(a), b, sum);

    /// <summary>Runs jobs that do not touch each other's results, on as many threads as libtorch has.</summary>
    internal static void Parallel(long jobs, Action<long> work) =>
        System.Threading.Tasks.Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, work);

    /// <summary>Transposes a matrix, both sides multiples of eight.</summary>
    [MethodImpl(Hot)]
    internal static void Transpose(float* from, long fromRow, int rows, int columns, float* to, long toRow)
    {
        for (var i = 0; i < rows; i += Lanes)
        for (var j = 0; j < columns; j += Lanes)
            TransposeBlock(from + i * fromRow + j, fromRow, to + j * toRow + i, toRow);
    }

    // 8 x 8, in registers where the machine has the instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(float* from, long fromRow, float* to, long toRow)
    {
        if (!Avx.IsSupported)
        {
            for (var i = 0; i < Lanes; i++)
            for (var j = 0; j < Lanes; j++)
                to[j * toRow + i] = from[i * fromRow + j];
            return;
        }

        Vector256<float> r0 = Vector256.Load(from),
            r1 = Vector256.Load(from + fromRow);
        Vector256<float> r2 = Vector256.Load(from + 2 * fromRow),
            r3 = Vector256.Load(from + 3 * fromRow);
        Vector256<float> r4 = Vector256.Load(from + 4 * fromRow),
            r5 = Vector256.Load(from + 5 * fromRow);
        Vector256<float> r6 = Vector256.Load(from + 6 * fromRow),
            r7 = Vector256.Load(from + 7 * fromRow);
        // Pairs of rows interleave, then pairs of pairs, then halves change places.
        Vector256<float> a0 = Avx.UnpackLow(r0, r1),
            a1 = Avx.UnpackHigh(r0, r1),
            a2 = Avx.UnpackLow(r2, r3),
            a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5),
            a5 = Avx.UnpackHigh(r4, r5),
            a6 = Avx.UnpackLow(r6, r7),
            a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44),
            b1 = Avx.Shuffle(a0, a2, 0xEE),
            b2 = Avx.Shuffle(a1, a3, 0x44),
            b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44),
            b5 = Avx.Shuffle(a4, a6, 0xEE),
            b6 = Avx.Shuffle(a5, a7, 0x44),
            b7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(b0, b4, 0x20).Store(to);
        Avx.Permute2x128(b1, b5, 0x20).Store(to + toRow);
        Avx.Permute2x128(b2, b6, 0x20).Store(to + 2 * toRow);
        Avx.Permute2x128(b3, b7, 0x20).Store(to + 3 * toRow);
        Avx.Permute2x128(b0, b4, 0x31).Store(to + 4 * toRow);
        Avx.Permute2x128(b1, b5, 0x31).Store(to + 5 * toRow);
        Avx.Permute2x128(b2, b6, 0x31).Store(to + 6 * toRow);
        Avx.Permute2x128(b3, b7, 0x31).Store(to + 7 * toRow);
    }
}
