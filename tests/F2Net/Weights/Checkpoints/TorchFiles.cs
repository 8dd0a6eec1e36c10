using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Checkpoints;

/// <summary>Files byte for byte of the kind that torch.save writes, of either form, from tensors of ours.</summary>
internal sealed class TorchFiles(int protocol = 2)
{
    private static readonly Dictionary<ScalarType, string> StorageNames = new()
    {
        [ScalarType.Float64] = "DoubleStorage",
        [ScalarType.Float32] = "FloatStorage",
        [ScalarType.Float16] = "HalfStorage",
        [ScalarType.BFloat16] = "BFloat16Storage",
        [ScalarType.Int64] = "LongStorage",
        [ScalarType.Int32] = "IntStorage",
        [ScalarType.Int16] = "ShortStorage",
        [ScalarType.Int8] = "CharStorage",
        [ScalarType.Byte] = "ByteStorage",
        [ScalarType.Bool] = "BoolStorage",
    };

    private readonly List<(string Key, ScalarType Type, byte[] Bytes, long Length)> storages = [];

    /// <summary>A storage with a tensor's numbers, row-major.</summary>
    public Persistent Store(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var key = $"{storages.Count}";
        var bytes = tensor.NumberOfElements == 0 ? [] : tensor.contiguous().bytes.ToArray();
        storages.Add((key, tensor.dtype, bytes, tensor.NumberOfElements));
        return new(["storage", new Global("torch", StorageNames[tensor.dtype]), key, "cpu", tensor.NumberOfElements]);
    }

    /// <summary>A view of a storage.</summary>
    public static Call View(Persistent storage, long offset, long[] shape, long[] strides) =>
        new(
            new("torch._utils", "_rebuild_tensor_v2"),
            [storage, offset, Tuple(shape), Tuple(strides), false, new Call(new("collections", "OrderedDict"), [])]
        );

    /// <summary>A tensor with a storage of its own.</summary>
    public Call Tensor(Tensor tensor)
    {
        var strides = new long[tensor.shape.Length];
        var step = 1L;
        for (var i = strides.Length - 1; i >= 0; i--)
            (strides[i], step) = (step, step * tensor.shape[i]);
        return View(Store(tensor), 0, tensor.shape, strides);
    }

    /// <summary>A state_dict.</summary>
    public Ordered State(IEnumerable<KeyValuePair<string, Tensor>> tensors, string prefix = "") =>
        new([.. tensors.Select(t => ((object?)(prefix + t.Key), (object?)Tensor(t.Value)))]);

    public byte[] Zip(object? root, bool zip64 = false, string folder = "archive", params (string, byte[])[] more) =>
        StoredZip.Write(
            [
                ($"{folder}/data.pkl", PickleWriter.Write(root, protocol)),
                ($"{folder}/byteorder", "little"u8.ToArray()),
                .. storages.Select(s => ($"{folder}/data/{s.Key}", s.Bytes)),
                ($"{folder}/version", "3\n"u8.ToArray()),
                .. more,
            ],
            zip64
        );

    public byte[] Legacy(object? root) =>
        [
            .. F2Net.Weights.Checkpoints.LegacyCheckpoint.Start,
            .. PickleWriter.Write(1001),
            .. PickleWriter.Write(new List<(object?, object?)> { ("little_endian", true) }),
            .. PickleWriter.Write(root, protocol),
            .. PickleWriter.Write(new List<object?>(storages.Select(s => s.Key))),
            .. storages.SelectMany(s => (byte[])[.. BitConverter.GetBytes(s.Length), .. s.Bytes]),
        ];

    private static object?[] Tuple(long[] numbers) => [.. numbers.Select(n => (object?)n)];
}
