using System.Buffers.Binary;
using F2Net.Weights.Pickle;

namespace F2Net.Weights.Checkpoints;

/// <summary>
/// PyTorch's file before 1.6: five pickles one after another (a magic number, a version, the machine, the object, the storages' keys), then each
/// storage as its length in eight bytes and its numbers.
/// </summary>
internal sealed class LegacyCheckpoint : IStorages
{
    /// <summary>How every such file starts: the magic number's pickle.</summary>
    public static ReadOnlySpan<byte> Start => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    private readonly string path;
    private readonly Stream stream;
    private readonly TorchNames names;
    private readonly long dataStart;
    private Dictionary<string, (long Begin, long Length)>? places;

    /// <summary>Takes the stream over.</summary>
    /// <param name="most">The bytes that its pickles may have together.</param>
    public LegacyCheckpoint(string path, Stream stream, long most)
    {
        (this.path, this.stream) = (path, stream);
        var bytes = new byte[Math.Min(stream.Length, most)];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        names = new TorchNames(path);
        object? order;
        try
        {
            var at = Start.Length;
            (_, at) = PickleReader.Read(path, bytes, at, names); // the version
            (_, at) = PickleReader.Read(path, bytes, at, names); // the machine
            (Root, at) = PickleReader.Read(path, bytes, at, names);
            (order, at) = PickleReader.Read(path, bytes, at, names);
            dataStart = at;
        }
        catch (PickleEndException) when (bytes.Length < stream.Length)
        {
            throw TorchCheckpoint.TooLarge(path, $"more than {most} bytes before its numbers");
        }
        Order =
            order is PickleList list && list.Items.All(key => key is string)
                ? [.. list.Items.Cast<string>()]
                : throw Damaged("it has no list of its storages");
    }

    /// <summary>The object.</summary>
    public object? Root { get; }

    private IReadOnlyList<string> Order { get; }

    public void Read(string key, Span<byte> bytes)
    {
        places ??= Places();
        if (!places.TryGetValue(key, out var place))
            throw Truncated($"its storage '{key}' is missing");
        if (place.Length < bytes.Length)
            throw Truncated($"its storage '{key}' has {place.Length} bytes instead of {bytes.Length}");
        stream.Position = place.Begin;
        stream.ReadExactly(bytes);
    }

    public void Dispose() => stream.Dispose();

    // The length before each storage counts numbers, whose size only the object knows.
    private Dictionary<string, (long, long)> Places()
    {
        var found = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        var at = dataStart;
        Span<byte> prefix = stackalloc byte[8];
        foreach (var key in Order)
        {
            if (!names.Known.TryGetValue(key, out var storage))
                throw Damaged($"no tensor uses its storage '{key}'");
            var size = TorchCheckpoint.SizeOf(storage.Type);
            if (stream.Length - at < 8)
                throw Truncated($"it ends before its storage '{key}'");
            stream.Position = at;
            stream.ReadExactly(prefix);
            var count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (count < 0 || count > (stream.Length - at - 8) / size)
                throw Truncated($"its storage '{key}' of {count} numbers is not all there");
            found[key] = (at + 8, count * size);
            at += 8 + count * size;
        }
        return found;
    }

    private UserException Truncated(string why) => new($"{path} is truncated: {why}; copy or download it again.");

    private UserException Damaged(string why) => new($"{path} is damaged: {why}; copy or download it again.");
}
