using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>What the kernels share: vectors of eight, and pointers into tensors.</summary>
internal static unsafe class Simd
{
    /// <summary>Floats in a vector.</summary>
    internal const int Lanes = 8;

    /// <summary>Floats in the widest vectors of this machine.</summary>
    internal static int Widest => Sixteen.AreThere ? Sixteen.Count : Lanes;

    /// <summary>So many floats in whole vectors.</summary>
    internal static int Eights(int count) => (count + Lanes - 1) / Lanes * Lanes;

    /// <summary>Compiled for speed at once: the first step of a run is as fast as the last.</summary>
    internal const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Whether a kernel in C# can work on a tensor; the reference in tensor operators takes the others.</summary>
    internal static bool Takes(Tensor x) =>
        x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU && Vector256.IsHardwareAccelerated;

    /// <summary>Where a contiguous CPU tensor's values begin, however many they are. Native memory: the address stays as long as the tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is elsewhere, or its values are not in one piece.</exception>
    internal static float* Start(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.is_contiguous()
            ? (float*)TensorMemory.Start(tensor)
            : throw new InvalidOperationException(
                $"A kernel got a tensor on {tensor.device_type} with strides {string.Join(", ", tensor.stride())}; it wants a contiguous one on the CPU."
            );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(a, b, sum);

    /// <summary>a · b + sum with one factor for all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Fma(float a, Vector256<float> b, Vector256<float> sum) => Fma(Vector256.Create(a), b, sum);

    /// <summary>Pairs 0, 2, 1, 3 as 0, 1, 2, 3, and the other way round: shuffles and sums of neighbours work within halves. With AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> InOrder(Vector256<float> pairs) => Avx2.Permute4x64(pairs.AsDouble(), 0xD8).AsSingle();

    /// <summary>Copies so many values.</summary>
    internal static void Copy(float* from, float* to, long count) =>
        Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));

    /// <summary>Adds so many values to others.</summary>
    [MethodImpl(Hot)]
    internal static void Add(float* from, float* to, long count)
    {
        var i = 0L;
        for (; i <= count - Lanes; i += Lanes)
            (Eight.Load(to + i) + Eight.Load(from + i)).Store(to + i);
        for (; i < count; i++)
            to[i] += from[i];
    }
}
