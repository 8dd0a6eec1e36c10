using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number of any element type, as operators take it.</summary>
[SuppressMessage("Design", "CA1063", Justification = "TorchSharp's Scalar is disposable; this one holds nothing native.")]
public sealed class Scalar : IDisposable
{
    internal readonly double Real;
    internal readonly long Integer;

    private Scalar(ScalarType type, double real, long integer) => (Type, Real, Integer) = (type, real, integer);

    public ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(sbyte value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(short value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(int value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(float value) => new(ScalarType.Float64, value, (long)value);

    public static implicit operator Scalar(double value) => new(ScalarType.Float64, value, (long)value);

    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public void Dispose() { }
}
