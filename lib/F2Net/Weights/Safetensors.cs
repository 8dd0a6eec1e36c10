using static TorchSharp.torch;

namespace F2Net.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">By name, on the CPU, in the order of the file's header; they belong to the caller's dispose scope.</param>
/// <param name="Metadata">The header's `__metadata__`: free text by key.</param>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// Reads and writes safetensors files: a JSON header that says where each tensor lies, then the tensors' bytes, little-endian and row-major
/// (https://github.com/huggingface/safetensors). Types: F64, F32, F16, BF16, I64, I32, U8, BOOL.
/// </summary>
/// <remarks>A file may have any size; one tensor has to stay under 2 GiB.</remarks>
public static class Safetensors
{
    private static readonly Dictionary<string, ScalarType> TypeOf = new()
    {
        ["F64"] = ScalarType.Float64,
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64,
        ["I32"] = ScalarType.Int32,
        ["U8"] = ScalarType.Byte,
        ["BOOL"] = ScalarType.Bool,
    };

    /// <summary>Reads every tensor of a file.</summary>
    /// <exception cref="UserException">
    /// The file is missing, unreadable, truncated, damaged, or holds a type that is not among the eight or a tensor of 2 GiB or more.
    /// </exception>
    public static SafetensorsContent Read(string path)
    {
        using var stream = Open(path);
        var header = SafetensorsHeader.Read(path, stream);
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in header.Entries)
        {
            if (entry.End - entry.Begin > Array.MaxLength)
                throw new UserException(
                    $"{path} has a tensor of {entry.End - entry.Begin} bytes, '{entry.Name}', and one has to stay under 2 GiB; check that the file is the right one."
                );
            var tensor = empty(entry.Shape, dtype: TypeOf[entry.Type]);
            stream.Position = header.DataStart + entry.Begin;
            if (tensor.NumberOfElements > 0)
                stream.ReadExactly(tensor.bytes);
            tensors.Add(entry.Name, tensor);
        }
        return new(tensors, header.Metadata);
    }

    /// <summary>Writes tensors of any device and layout; the file appears under its name only once it is whole.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A tensor's type is not among the eight.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Wide types first, so that every tensor starts at a multiple of its element size.
        var ordered = tensors.OrderByDescending(t => t.Value.ElementSize).ToList();
        var header = SafetensorsHeader.Of(ordered.Select(t => (t.Key, NameOf(t.Key, t.Value.dtype), t.Value.shape)), metadata).ToBytes();
        OutputFile.Write(
            path,
            partial =>
            {
                using var stream = File.Create(partial);
                stream.Write(header);
                foreach (var (_, tensor) in ordered)
                    WriteBytes(stream, tensor);
            }
        );
    }

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="UserException">It is missing or unreadable.</exception>
    internal static FileStream Open(string path)
    {
        if (!File.Exists(path))
            throw new UserException($"{path} does not exist; check the path.");
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read ({e.Message.TrimEnd('.')}); check its permissions.", e);
        }
    }

    /// <summary>A file's first bytes, at most 16, which tell its form.</summary>
    /// <exception cref="UserException">It is missing or unreadable.</exception>
    internal static byte[] Start(string path)
    {
        using var stream = Open(path);
        var start = new byte[16];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static string NameOf(string name, ScalarType type)
    {
        foreach (var (text, known) in TypeOf)
            if (known == type)
                return text;
        throw new ArgumentException($"'{name}' is {type}, which a safetensors file here cannot hold.", nameof(type));
    }

    private static void WriteBytes(FileStream stream, Tensor tensor)
    {
        if (tensor.NumberOfElements == 0)
            return;
        using var scope = NewDisposeScope();
        stream.Write(tensor.detach().cpu().contiguous().bytes);
    }
}
