using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

/// <summary>2^x for eight values at once, x at most 127; off by less than 1e-7 of the value, and 2^-126 for what is smaller.</summary>
/// <remarks>x = n + f with f in [-1/2, 1/2]; 2^f by the polynomial with the smallest relative error (2.6e-9), n added to the exponent.</remarks>
internal static class PowerOfTwo
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Of(Vector256<float> x)
    {
        // 1.5 · 2^23: a sum with it has no room for fractions, and its lowest bits are n.
        var shift = Vector256.Create(12582912f);
        x = Vector256.MaxNative(x, Vector256.Create(-126f));
        var n = x + shift;
        var f = x - (n - shift);
        var p = Fma(Vector256.Create(1.55946778e-4f), f, Vector256.Create(1.34066434e-3f));
        p = Fma(p, f, Vector256.Create(9.61769279e-3f));
        p = Fma(p, f, Vector256.Create(5.55031039e-2f));
        p = Fma(p, f, Vector256.Create(0.240226522f));
        p = Fma(p, f, Vector256.Create(0.693147242f));
        p = Fma(p, f, Vector256<float>.One);
        return (p.AsInt32() + Vector256.ShiftLeft(n.AsInt32(), 23)).AsSingle();
    }
}
