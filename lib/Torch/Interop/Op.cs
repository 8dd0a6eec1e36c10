using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Tags of the boxed stack; the order is native/f2torch.cpp's.</summary>
internal enum ValueKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    IntList,
    DoubleList,
    BoolList,
    TensorList,
    OptionalTensorList,
    Device,
    Generator,
    Default,
}

/// <summary>One value of the boxed stack as native code sees it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    internal ValueKind Kind;
    internal int Extra;
    internal long Bits;
    internal long Count;
}

/// <summary>One argument of an operator: converts implicitly from what the operators take.</summary>
internal readonly struct Arg
{
    internal readonly ValueKind Kind;
    internal readonly int Extra;
    internal readonly long Bits;
    internal readonly object? List;

    private Arg(ValueKind kind, long bits = 0, object? list = null, int extra = 0) => (Kind, Bits, List, Extra) = (kind, bits, list, extra);

    /// <summary>The schema's default value.</summary>
    internal static Arg Default => new(ValueKind.Default);

    /// <summary>No value, where the schema takes an optional one.</summary>
    internal static Arg None => new(ValueKind.None);

    /// <summary>Indices of aten::index, where an absent one means the whole axis.</summary>
    internal static Arg Optional(Tensor?[] list) => new(ValueKind.OptionalTensorList, list: list);

    public static implicit operator Arg(Tensor? value) => value is null ? None : new(ValueKind.Tensor, value.Handle, value);

    public static implicit operator Arg(long value) => new(ValueKind.Int, value);

    public static implicit operator Arg(long? value) => value is { } v ? v : None;

    public static implicit operator Arg(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(double? value) => value is { } v ? v : None;

    public static implicit operator Arg(bool value) => new(ValueKind.Bool, value ? 1 : 0);

    public static implicit operator Arg(string? value) => value is null ? None : new(ValueKind.String, list: Encoding.UTF8.GetBytes(value));

    public static implicit operator Arg(long[]? value) => value is null ? None : new(ValueKind.IntList, list: value);

    public static implicit operator Arg(double[]? value) => value is null ? None : new(ValueKind.DoubleList, list: value);

    public static implicit operator Arg(bool[] value) => new(ValueKind.BoolList, list: value);

    public static implicit operator Arg(Tensor[] value) => new(ValueKind.TensorList, list: value);

    public static implicit operator Arg(ScalarType value) => (long)value;

    public static implicit operator Arg(ScalarType? value) => value is { } v ? (long)v : None;

    public static implicit operator Arg(Device? value) => value is null ? None : new(ValueKind.Device, (long)value.type, null, value.index);

    public static implicit operator Arg(Generator? value) => value is null ? None : new(ValueKind.Generator, value.Handle, value);

    public static implicit operator Arg(Scalar? value) =>
        value is null ? None
        : value.Type == ScalarType.Bool ? value.Integer != 0
        : value.Type == ScalarType.Float64 ? value.Real
        : (Arg)value.Integer;
}

/// <summary>
/// One operator of libtorch, found by its schema name once and called through the boxed dispatcher: an operator is one line of
/// C# and no C++. Arguments left out at the end take the schema's defaults.
/// </summary>
/// <param name="name">"aten::add.Tensor": namespace, name and, after the dot, the overload.</param>
internal sealed unsafe class Op(string name)
{
    private const int MostOutputs = 512;

    private nint handle;

    /// <summary>Whether this libtorch has it.</summary>
    internal bool IsThere => handle != 0 || Find() == 0;

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        nint output;
        NativeValue scalar;
        Run(arguments, &output, 1, &scalar);
        return new Tensor(output);
    }

    /// <summary>Calls an operator that returns several tensors or a list of them.</summary>
    internal Tensor[] CallMany(params ReadOnlySpan<Arg> arguments)
    {
        var outputs = stackalloc nint[MostOutputs];
        NativeValue scalar;
        var n = Run(arguments, outputs, MostOutputs, &scalar);
        var tensors = new Tensor[n];
        for (var i = 0; i < n; i++)
            tensors[i] = new Tensor(outputs[i]);
        return tensors;
    }

    /// <summary>Calls an operator that works in place and hands back the tensor it was given.</summary>
    internal Tensor InPlace(Tensor self, params ReadOnlySpan<Arg> arguments)
    {
        nint output;
        NativeValue scalar;
        Run([self, .. arguments], &output, 1, &scalar);
        Native.f2_free(output);
        return self;
    }

    /// <summary>Calls an operator that returns a number or a truth value, as its 64 bits.</summary>
    internal long CallScalar(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue scalar;
        Run(arguments, null, 0, &scalar);
        return scalar.Bits;
    }

    private int Find()
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var status = Native.f2_operator(dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], out var found);
        Volatile.Write(ref handle, found); // set once known and never unset: another thread may be calling through it
        return status;
    }

    private int Run(ReadOnlySpan<Arg> arguments, nint* outputs, int capacity, NativeValue* scalar)
    {
        if (handle == 0)
            Native.Check(Find());

        var values = stackalloc NativeValue[arguments.Length];
        var pins = stackalloc GCHandle[arguments.Length];
        var pinned = 0;
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                ref readonly var a = ref arguments[i];
                values[i] = new NativeValue
                {
                    Kind = a.Kind,
                    Extra = a.Extra,
                    Bits = a.Bits,
                };
                if (a.List is Array array)
                {
                    if (array is Tensor?[] tensors)
                        array = Array.ConvertAll(tensors, t => t is null ? 0 : t.Handle);
                    var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
                    pins[pinned++] = pin;
                    values[i].Bits = pin.AddrOfPinnedObject();
                    values[i].Count = array.Length;
                }
            }

            Native.Check(Native.f2_call(handle, values, arguments.Length, outputs, capacity, out var produced, scalar));
            KeepAlive(arguments);
            return produced;
        }
        finally
        {
            while (pinned > 0)
                pins[--pinned].Free();
        }
    }

    // The handles above are bare numbers: the tensors they belong to must not be finalised before the call returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void KeepAlive(ReadOnlySpan<Arg> arguments) => _ = arguments.Length;
}
