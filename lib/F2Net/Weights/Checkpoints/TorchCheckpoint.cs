using F2Net.Weights.Pickle;
using static TorchSharp.torch;

namespace F2Net.Weights.Checkpoints;

/// <summary>
/// A file that torch.save wrote, .pth, .pt or .bin, of either form, opened without running any of it: see <see cref="PickleReader"/>. Tensors are
/// read when they are asked for, so optimiser state beside the weights costs nothing.
/// </summary>
/// <remarks>What is held in memory is at most some 500 MB for the pickle, whatever it says, and the storages asked for, which never exceed the file.</remarks>
internal sealed class TorchCheckpoint : IDisposable
{
    // A state_dict takes some 300 bytes a tensor. A hostile pickle costs some 60 bytes of memory a byte.
    private const long LargestPickle = 8 << 20;

    private readonly string path;
    private readonly IStorages storages;
    private readonly Dictionary<Storage, Tensor> read = [];

    private TorchCheckpoint(string path, IStorages storages, object? root) => (this.path, this.storages, Root) = (path, storages, root);

    /// <summary>What was saved, as <see cref="PickleReader"/> gives it, with a <see cref="StoredTensor"/> for each tensor.</summary>
    public object? Root { get; }

    /// <summary>Whether a file starts as one that torch.save wrote.</summary>
    public static bool Recognises(ReadOnlySpan<byte> start) => IsZip(start) || IsLegacy(start);

    /// <summary>The same of the file at a path.</summary>
    /// <exception cref="UserException">It is missing or unreadable.</exception>
    public static bool Recognises(string path) => Recognises(Safetensors.Start(path));

    /// <exception cref="UserException">The file is truncated, damaged, or needs code.</exception>
    public static TorchCheckpoint Open(string path)
    {
        var stream = Safetensors.Open(path);
        try
        {
            var start = new byte[LegacyCheckpoint.Start.Length];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            if (IsLegacy(start.AsSpan(0, length)))
            {
                var legacy = new LegacyCheckpoint(path, stream, LargestPickle);
                return new(path, legacy, legacy.Root);
            }
            var zip = new ZipCheckpoint(path, stream);
            return new(path, zip, PickleReader.Read(path, zip.Pickle(LargestPickle), 0, new TorchNames(path)).Value);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor, of the type it is stored in, on the CPU; it shares memory with others of the same storage.</summary>
    /// <exception cref="UserException">Its storage is missing, cut short, or 2 GiB or more, or it repeats numbers of it.</exception>
    public Tensor Read(StoredTensor tensor)
    {
        // An expanded tensor has few bytes in the file and any number of elements.
        if (tensor.Shape.Aggregate(1L, (product, n) => product * n) > tensor.Storage.Length)
            throw new UserException(
                $"{path} has a tensor of shape [{string.Join(", ", tensor.Shape)}] that repeats {tensor.Storage.Length} numbers; save it as contiguous()."
            );
        return StorageOf(tensor.Storage).as_strided(tensor.Shape, tensor.Strides, tensor.Offset);
    }

    public void Dispose() => storages.Dispose();

    /// <summary>Bytes of a number.</summary>
    internal static long SizeOf(ScalarType type) =>
        type switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
            _ => 1,
        };

    internal static UserException TooLarge(string path, string what) =>
        new($"{path} has {what}, too many for weights alone; in PyTorch, save them alone: torch.save(model.state_dict(), 'weights.pth').");

    private static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8);

    private static bool IsLegacy(ReadOnlySpan<byte> start) => start.StartsWith(LegacyCheckpoint.Start);

    private Tensor StorageOf(Storage storage)
    {
        if (read.TryGetValue(storage, out var known))
            return known;
        var size = SizeOf(storage.Type);
        if (storage.Length > Array.MaxLength / size || storage.Length * size > new FileInfo(path).Length)
            throw new UserException(
                $"{path} says that its storage '{storage.Key}' has {storage.Length} numbers, more than the file or 2 GiB can hold; copy or download it again."
            );
        var tensor = empty([storage.Length], dtype: storage.Type);
        if (storage.Length > 0)
            storages.Read(storage.Key, tensor.bytes);
        return read[storage] = tensor;
    }
}
