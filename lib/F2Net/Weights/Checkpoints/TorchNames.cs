using F2Net.Weights.Pickle;
using static TorchSharp.torch;

namespace F2Net.Weights.Checkpoints;

/// <summary>
/// The names that torch.save writes into a pickle for weights and for what usually stands beside them: tensors, storages, dictionaries, sizes;
/// settings of a training run, which are read past.
/// </summary>
internal sealed class TorchNames(string path) : IPickleNames
{
    private const int MostDimensions = 64; // as PyTorch's own

    private static readonly Dictionary<string, ScalarType> Storages = new()
    {
        ["DoubleStorage"] = ScalarType.Float64,
        ["FloatStorage"] = ScalarType.Float32,
        ["HalfStorage"] = ScalarType.Float16,
        ["BFloat16Storage"] = ScalarType.BFloat16,
        ["LongStorage"] = ScalarType.Int64,
        ["IntStorage"] = ScalarType.Int32,
        ["ShortStorage"] = ScalarType.Int16,
        ["CharStorage"] = ScalarType.Int8,
        ["ByteStorage"] = ScalarType.Byte,
        ["BoolStorage"] = ScalarType.Bool,
    };

    private static readonly Dictionary<string, Func<object?[], object?>> Functions = new()
    {
        ["collections.OrderedDict"] = Dictionary,
        ["collections.defaultdict"] = _ => new PickleDictionary(),
        ["torch._utils._rebuild_tensor"] = Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch._utils._rebuild_parameter"] = First,
        ["torch._utils._rebuild_parameter_with_state"] = First,
        ["torch.Size"] = First,
        // What torch.jit's C++ writes around typed lists and dictionaries.
        ["torch.jit._pickle.build_intlist"] = First,
        ["torch.jit._pickle.build_doublelist"] = First,
        ["torch.jit._pickle.build_boollist"] = First,
        ["torch.jit._pickle.build_tensorlist"] = First,
        ["torch.jit._pickle.restore_type_tag"] = First,
    };

    // Classes whose instances hold settings and counters. Nothing of them is made.
    private static readonly HashSet<string> Ignored =
    [
        "argparse.Namespace",
        "types.SimpleNamespace",
        "yacs.config.CfgNode",
        "collections.Counter",
        "torch.device",
        "_codecs.encode",
        "numpy.dtype",
        "numpy.ndarray",
        .. from module in new[] { "numpy.core.multiarray", "numpy._core.multiarray" }
        from function in new[] { "scalar", "_reconstruct" }
        select $"{module}.{function}",
        .. from module in new[] { "builtins", "__builtin__" }
        from type in new[] { "bool", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set", "frozenset" }
        select $"{module}.{type}",
        .. from type in new[] { "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool" }
        select $"torch.{type}",
        "pathlib.Path",
        "pathlib.PosixPath",
        "pathlib.WindowsPath",
    ];

    private readonly Dictionary<string, Storage> known = new(StringComparer.Ordinal);

    /// <summary>The storages that tensors were found in, by key.</summary>
    public IReadOnlyDictionary<string, Storage> Known => known;

    public PickleGlobal? Find(string name)
    {
        if (Functions.TryGetValue(name, out var function))
            return new Function(name, function);
        if (Ignored.Contains(name))
            return new Function(name, _ => PickleIgnored.Instance);
        if (name.StartsWith("torch.", StringComparison.Ordinal) && name.EndsWith("Storage", StringComparison.Ordinal))
            return Storages.TryGetValue(name[(name.LastIndexOf('.') + 1)..], out var type)
                ? new StorageType(name, type)
                : throw new UserException(
                    $"{path} holds a {name}, which is none of {string.Join(", ", Storages.Keys)}; convert its tensors to float32 in PyTorch."
                );
        return null;
    }

    /// <summary>('storage', its type, its key, the device it was on, its length[, the part of it that is meant]).</summary>
    public object? Persistent(object? reference)
    {
        if (
            reference
            is not PickleTuple { Items: ["storage", StorageType type, string key, _, long and >= 0 and var length, ..] and var items }
        )
            return null;
        if (items is not ({ Length: 5 } or [_, _, _, _, _, null]))
            return null;
        var storage = new Storage(key, type.Type, length);
        // torch.save refuses to write one storage in two ways; here it would be held in memory twice.
        return known.TryAdd(key, storage) || known[key] == storage ? storage : null;
    }

    private static object? First(object?[] arguments) => arguments is [{ } first, ..] ? first : null;

    private static PickleDictionary? Dictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [PickleList pairs])
            foreach (var pair in pairs.Empty())
            {
                if (Items(pair) is not [var key, var value])
                    return null;
                dictionary.Set(key, value);
            }
        return dictionary;
    }

    private static StoredTensor? Tensor(object?[] arguments) =>
        arguments is [Storage storage, long offset, { } shape, { } strides, ..] && Numbers(shape) is { } n && Numbers(strides) is { } s
            ? StoredTensor.Create(storage, offset, n, s)
            : null;

    private static long[]? Numbers(object value) =>
        Items(value) is { Count: <= MostDimensions } items && items.All(n => n is long) ? [.. items.Cast<long>()] : null;

    private static IReadOnlyList<object?>? Items(object? value) => (value as PickleTuple)?.Items ?? (value as PickleList)?.Items;

    private sealed record Function(string Name, Func<object?[], object?> Body) : PickleGlobal(Name)
    {
        public override object? Call(object?[] arguments) => Body(arguments);
    }

    private sealed record StorageType(string Name, ScalarType Type) : PickleGlobal(Name)
    {
        public override object? Call(object?[] arguments) => null;
    }
}
