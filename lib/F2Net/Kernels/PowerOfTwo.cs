using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace F2Net.Kernels;

/// <summary>2^x for some values at once, x at most 127; off by less than 1e-7 of the value, and 2^-126 for what is smaller; NaN stays NaN.</summary>
/// <remarks>x = n + f with f in [-1/2, 1/2]; 2^f by the polynomial with the smallest relative error (2.6e-9), n added to the exponent.</remarks>
internal static class PowerOfTwo
{
    /// <summary>log2 e: e^x = 2^(x log2 e).</summary>
    internal const float Log2E = 1.44269504f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Of(Vector256<float> x) => Of(new Eight(x)).Folded;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Of<T>(T x)
        where T : struct, IFloats<T>
    {
        // 1.5 · 2^23: a sum with it has no room for fractions, and its lowest bits are n.
        var shift = T.All(12582912f);
        // In this order: where one of two is NaN, x64's maximum is the second.
        x = T.MaxNative(T.All(-126f), x);
        var n = x + shift;
        var f = x - (n - shift);
        var p = T.Fma(T.All(1.55946778e-4f), f, T.All(1.34066434e-3f));
        p = T.Fma(p, f, T.All(9.61769279e-3f));
        p = T.Fma(p, f, T.All(5.55031039e-2f));
        p = T.Fma(p, f, T.All(0.240226522f));
        p = T.Fma(p, f, T.All(0.693147242f));
        p = T.Fma(p, f, T.All(1));
        return T.Scale(p, n);
    }
}
