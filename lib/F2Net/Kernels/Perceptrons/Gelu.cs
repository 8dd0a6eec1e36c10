using System.Runtime.CompilerServices;

namespace F2Net.Kernels.Perceptrons;

/// <summary>The exact GELU (Hendrycks and Gimpel 2016), x·Φ(x), for some values at once; off by less than 2e-7 · max(1, |x|).</summary>
/// <remarks>
/// x·Φ(x) = max(x, 0) - a·Φ(-a) with a = |x|, and 2Φ(-a) = p(a)^-8, a power for which a polynomial p of degree 9 is enough: its
/// coefficients make the largest error of a·Φ(-a) on [0, 7] as small as it gets (Remez's exchange, 1e-8). No cancellation in the tails.
/// </remarks>
internal static class Gelu
{
    // a·Φ(-a) is below 1e-80 here; beyond, p's powers would run out of range.
    private const float Far = 20;

    private const float Density = 0.3989422804f, // 1/√(2π)
        HalfInBits = -0.7213475204f; // -log2(e) / 2

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Of<T>(T x)
        where T : struct, IFloats<T>
    {
        var a = T.Min(T.Abs(x), T.All(Far));
        return T.Max(x, default) - a * Tail(a);
    }

    /// <summary>Φ(x) + x·φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Slope<T>(T x)
        where T : struct, IFloats<T>
    {
        x = Near(x);
        var tail = Tail(T.Abs(x));
        var below = T.WhereNegative(x, tail, T.All(1) - tail);
        return T.Fma(x, Bell(x), below);
    }

    /// <summary>(2 - x²)·φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Curvature<T>(T x)
        where T : struct, IFloats<T>
    {
        x = Near(x);
        return (T.All(2f) - x * x) * Bell(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Near<T>(T x)
        where T : struct, IFloats<T> => T.Max(T.Min(x, T.All(Far)), T.All(-Far));

    // Φ(-a) for a ≥ 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Tail<T>(T a)
        where T : struct, IFloats<T>
    {
        var p = T.Fma(T.All(3.654111e-7f), a, T.All(-2.3509564e-6f));
        p = T.Fma(p, a, T.All(1.46263267e-5f));
        p = T.Fma(p, a, T.All(-1.6125084e-6f));
        p = T.Fma(p, a, T.All(2.92314233e-4f));
        p = T.Fma(p, a, T.All(7.87903139e-4f));
        p = T.Fma(p, a, T.All(8.70687993e-3f));
        p = T.Fma(p, a, T.All(4.47541998e-2f));
        p = T.Fma(p, a, T.All(9.97363643e-2f));
        p = T.Fma(p, a, T.All(1));
        p *= p;
        p *= p;
        p *= p;
        return T.All(0.5f) / p;
    }

    // φ(x).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bell<T>(T x)
        where T : struct, IFloats<T> => PowerOfTwo.Of(x * x * T.All(HalfInBits)) * T.All(Density);
}
