using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace F2Net.Kernels;

/// <summary>Some floats that a processor works on at once. A kernel written with it is compiled for each number of them.</summary>
internal unsafe interface IFloats<T>
    where T : struct, IFloats<T>
{
    static abstract int Count { get; }

    static abstract T Load(float* from);

    /// <summary>The same value in all of them.</summary>
    static abstract T All(float value);

    /// <summary>a · b + sum.</summary>
    static abstract T Fma(T a, T b, T sum);

    /// <summary>The larger of each two; NaN where one is.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The processor's own maximum, which may drop a NaN.</summary>
    static abstract T MaxNative(T a, T b);

    /// <summary>The smaller of each two; NaN where one is.</summary>
    static abstract T Min(T a, T b);

    static abstract T Abs(T x);

    /// <summary>Where x is negative one, elsewhere the other.</summary>
    static abstract T WhereNegative(T x, T one, T other);

    static abstract T Log(T x);

    /// <summary>p · 2ⁿ for integers n that lie in the lowest bits of <paramref name="n"/>.</summary>
    static abstract T Scale(T p, T n);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    float this[int i] { get; }

    /// <summary>Eight of them, each the sum of those whose places are a multiple of eight apart.</summary>
    Vector256<float> Folded { get; }

    void Store(float* to);
}

/// <summary>Eight floats: what every x64 processor of the last ten years has.</summary>
internal readonly unsafe struct Eight(Vector256<float> values) : IFloats<Eight>
{
    private readonly Vector256<float> values = values;

    public static int Count => 8;

    public Vector256<float> Folded => values;

    public float this[int i] => values[i];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Fma(Eight a, Eight b, Eight sum) => new(Vector256.MultiplyAddEstimate(a.values, b.values, sum.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Max(Eight a, Eight b) => new(Vector256.Max(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight MaxNative(Eight a, Eight b) => new(Vector256.MaxNative(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Min(Eight a, Eight b) => new(Vector256.Min(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Abs(Eight x) => new(Vector256.Abs(x.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight WhereNegative(Eight x, Eight one, Eight other) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x.values, Vector256<float>.Zero), one.values, other.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Log(Eight x) => new(Vector256.Log(x.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Scale(Eight p, Eight n) => new((p.values.AsInt32() + Vector256.ShiftLeft(n.values.AsInt32(), 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator +(Eight a, Eight b) => new(a.values + b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator -(Eight a, Eight b) => new(a.values - b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator *(Eight a, Eight b) => new(a.values * b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator /(Eight a, Eight b) => new(a.values / b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => values.Store(to);
}

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Sixteen(Vector512<float> values) : IFloats<Sixteen>
{
    private readonly Vector512<float> values = values;

    internal static bool AreThere => Vector512.IsHardwareAccelerated;

    public static int Count => 16;

    public Vector256<float> Folded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => values.GetLower() + values.GetUpper();
    }

    public float this[int i] => values[i];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Fma(Sixteen a, Sixteen b, Sixteen sum) => new(Vector512.MultiplyAddEstimate(a.values, b.values, sum.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Max(Sixteen a, Sixteen b) => new(Vector512.Max(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen MaxNative(Sixteen a, Sixteen b) => new(Vector512.MaxNative(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Min(Sixteen a, Sixteen b) => new(Vector512.Min(a.values, b.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Abs(Sixteen x) => new(Vector512.Abs(x.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen WhereNegative(Sixteen x, Sixteen one, Sixteen other) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.values, Vector512<float>.Zero), one.values, other.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Log(Sixteen x) => new(Vector512.Log(x.values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Scale(Sixteen p, Sixteen n) => new((p.values.AsInt32() + Vector512.ShiftLeft(n.values.AsInt32(), 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator +(Sixteen a, Sixteen b) => new(a.values + b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator -(Sixteen a, Sixteen b) => new(a.values - b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator *(Sixteen a, Sixteen b) => new(a.values * b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator /(Sixteen a, Sixteen b) => new(a.values / b.values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => values.Store(to);
}
