using System.Text.Encodings.Web;
using System.Text.Json;

namespace F2Net.Weights;

/// <summary>Where one tensor lies: bytes [Begin, End) after the header.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End);

/// <summary>A safetensors header that has been checked: every tensor has the bytes its shape needs, no two overlap, and all are there.</summary>
/// <param name="DataStart">Offset in the file of the first tensor byte; 0 before the header is written.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries,
    IReadOnlyDictionary<string, string> Metadata,
    long DataStart
)
{
    internal const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, long> BytesPerElement = new()
    {
        ["F64"] = 8,
        ["F32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I64"] = 8,
        ["I32"] = 4,
        ["U8"] = 1,
        ["BOOL"] = 1,
    };

    /// <summary>Of tensors that lie one after the other.</summary>
    public static SafetensorsHeader Of(
        IEnumerable<(string Name, string Type, long[] Shape)> tensors,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        var (entries, end) = (new List<SafetensorsEntry>(), 0L);
        foreach (var (name, type, shape) in tensors)
        {
            var begin = end;
            end = shape.Aggregate(BytesPerElement[type], (product, n) => checked(product * n)) + begin;
            entries.Add(new(name, type, shape, begin, end));
        }
        return new(entries, metadata ?? new Dictionary<string, string>(), 0);
    }

    /// <summary>How a file begins: the header's length, then the header, padded to a multiple of 8.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[sizeof(long)]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WritePropertyName(MetadataKey);
                JsonSerializer.Serialize(json, Metadata);
            }
            foreach (var (name, dtype, shape, begin, end) in Entries)
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(
                    json,
                    new
                    {
                        dtype,
                        shape,
                        data_offsets = new[] { begin, end },
                    }
                );
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        var bytes = buffer.ToArray();
        BitConverter.TryWriteBytes(bytes, (long)bytes.Length - sizeof(long));
        return bytes;
    }

    /// <summary>Reads and checks the header; <paramref name="path"/> is for the messages only.</summary>
    /// <exception cref="UserException">The file is truncated, no safetensors file, damaged, or holds an unknown type.</exception>
    public static SafetensorsHeader Read(string path, Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Truncated(path, $"it has {stream.Length} bytes and its header's length alone takes 8");
        var length = BitConverter.ToInt64(prefix);
        if (length < 2 || length > Array.MaxLength)
            throw new UserException(
                $"{path} is not a safetensors file: it claims a header of {length} bytes; check that the path is right."
            );
        if (length > stream.Length - 8)
            throw Truncated(path, $"its header has {length} bytes of which {stream.Length - 8} are there");

        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var metadata = json.RootElement.TryGetProperty(MetadataKey, out var m) ? m.Deserialize<Dictionary<string, string>>() : null;
            var entries = json.RootElement.EnumerateObject().Where(p => p.Name != MetadataKey).Select(p => Entry(path, p)).ToList();
            Check(path, entries, stream.Length - 8 - length);
            return new(entries, metadata ?? [], 8 + length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new UserException(
                $"{path} is not a safetensors file: its header is not the JSON expected; check that the path is right.",
                e
            );
        }
    }

    private static SafetensorsEntry Entry(string path, JsonProperty property)
    {
        var type = property.Value.GetProperty("dtype").GetString() ?? throw Damaged(path, $"'{property.Name}' has no type");
        if (!BytesPerElement.ContainsKey(type))
            throw new UserException(
                $"{path} stores '{property.Name}' as {type}, which is none of {string.Join(", ", BytesPerElement.Keys)}; convert it to F32."
            );
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        var offsets = property.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        if (offsets.Length != 2)
            throw Damaged(path, $"'{property.Name}' has {offsets.Length} offsets instead of 2");
        return new(property.Name, type, shape, offsets[0], offsets[1]);
    }

    private static void Check(string path, List<SafetensorsEntry> entries, long available)
    {
        var names = new HashSet<string>();
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name))
                throw Damaged(path, $"'{entry.Name}' stands twice in its header");
            if (entry.Begin < 0 || entry.End < entry.Begin)
                throw Damaged(path, $"'{entry.Name}' lies at bytes {entry.Begin} to {entry.End}");
            if (NumberOfBytes(entry) is not { } needed || needed != entry.End - entry.Begin)
                throw Damaged(
                    path,
                    $"'{entry.Name}' of shape [{string.Join(", ", entry.Shape)}] and type {entry.Type} cannot fill {entry.End - entry.Begin} bytes"
                );
        }

        SafetensorsEntry? before = null;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin < (before?.End ?? 0))
                throw Damaged(path, $"'{before!.Name}' and '{entry.Name}' overlap");
            if (entry.Begin > (before?.End ?? 0))
                throw Damaged(path, $"no tensor owns the bytes before '{entry.Name}'");
            if (entry.End > available)
                throw Truncated(path, $"'{entry.Name}' ends at byte {entry.End} of its data and {available} are there");
            before = entry;
        }
        if ((before?.End ?? 0) < available)
            throw Damaged(path, $"{available - (before?.End ?? 0)} bytes after its last tensor belong to none");
    }

    /// <summary>Null when a length is negative or the product does not fit 64 bits.</summary>
    private static long? NumberOfBytes(SafetensorsEntry entry)
    {
        try
        {
            return entry.Shape.Any(n => n < 0)
                ? null
                : entry.Shape.Aggregate(BytesPerElement[entry.Type], (product, n) => checked(product * n));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static UserException Truncated(string path, string why) => new($"{path} is truncated: {why}; copy or download it again.");

    private static UserException Damaged(string path, string why) => new($"{path} is damaged: {why}; copy or download it again.");
}
