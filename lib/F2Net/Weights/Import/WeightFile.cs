using F2Net.Model;
using F2Net.Weights.Checkpoints;
using F2Net.Weights.Export;
using F2Net.Weights.Pickle;
using static TorchSharp.torch;

namespace F2Net.Weights.Import;

/// <summary>Named tensors in a file of any form that is read here: safetensors, or what torch.save wrote.</summary>
internal sealed class WeightFile : IDisposable
{
    // Under what training programs keep their weights, the most telling first.
    private static readonly string[] Wrappers =
    [
        "state_dict",
        "model_state_dict",
        "model",
        "network",
        "net",
        "state_dict_ema",
        "model_ema",
        "ema_state_dict",
    ];

    private readonly TorchCheckpoint? checkpoint;
    private readonly Dictionary<string, StoredTensor> stored = [];
    private readonly IReadOnlyDictionary<string, Tensor>? loaded;
    private readonly string? described;

    private WeightFile(string path, SafetensorsContent content)
    {
        (Path, loaded) = (path, content.Tensors);
        Shapes = content.Tensors.ToDictionary(t => t.Key, t => t.Value.shape, StringComparer.Ordinal);
        // Other programs may keep what they like under that key.
        if (content.Metadata.TryGetValue(SafetensorsExport.NetworkKey, out var text) && text.StartsWith('{'))
            described = text;
    }

    private WeightFile(string path, TorchCheckpoint checkpoint, string? key)
    {
        (Path, this.checkpoint) = (path, checkpoint);
        (Key, var dictionary, OtherKeys) = Choose(path, checkpoint.Root, key);
        foreach (var (name, value) in dictionary.Entries)
            if (value is StoredTensor tensor)
                stored.Add(name, tensor);
        Shapes = stored.ToDictionary(t => t.Key, t => t.Value.Shape, StringComparer.Ordinal);
    }

    public string Path { get; }

    /// <summary>The entry of the checkpoint's dictionary that holds the tensors; null where they lie at the top.</summary>
    public string? Key { get; }

    /// <summary>Other entries of the checkpoint's dictionary that hold tensors.</summary>
    public IReadOnlyList<string> OtherKeys { get; } = [];

    /// <summary>The network that the file says its weights are of; null where it says nothing of that.</summary>
    /// <exception cref="UserException">The description is none of this version.</exception>
    public F2NetConfig? Network =>
        described is null ? null : F2NetConfig.Parse(described, $"{Path}, its network (--network names another)");

    /// <summary>Every tensor's name and shape.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <param name="key">Which entry of a checkpoint's dictionary to take; the first of the usual ones when null.</param>
    /// <exception cref="UserException">The file is missing, damaged, of another form, needs code, or has no tensors there.</exception>
    public static WeightFile Open(string path, string? key = null)
    {
        var start = Safetensors.Start(path);
        if (!TorchCheckpoint.Recognises(start))
        {
            // Its first eight bytes may be any, a length; the header after them starts with a brace.
            if (start is [_, _, _, _, _, _, _, _, not (byte)'{', ..])
                throw new UserException($"{path} is neither a safetensors file nor one of torch.save; check that the path is right.");
            return key is null
                ? new(path, Safetensors.Read(path))
                : throw new UserException($"{path} is a safetensors file, which has no entry {key} to choose; leave the key out.");
        }
        var opened = TorchCheckpoint.Open(path);
        try
        {
            return new(path, opened, key);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor, of the type it is stored in.</summary>
    public Tensor Read(string name) => loaded is null ? checkpoint!.Read(stored[name]) : loaded[name];

    public void Dispose() => checkpoint?.Dispose();

    private static (string? Key, PickleDictionary Weights, IReadOnlyList<string> Others) Choose(string path, object? root, string? key)
    {
        if (root is not PickleDictionary top)
            throw new UserException(
                $"{path} holds no dictionary of tensors; in PyTorch, save one: torch.save(model.state_dict(), 'weights.pth')."
            );
        // Entries may all be the same dictionary, however large.
        var known = new Dictionary<object, bool>(ReferenceEqualityComparer.Instance);
        var wrapped = top
            .Entries.Where(e => e.Value is PickleDictionary d && (known.TryGetValue(d, out var has) ? has : known[d] = HasTensors(d)))
            .Select(e => e.Key)
            .ToList();
        if (key is not null)
            return wrapped.Contains(key)
                ? Entry(key)
                : throw new UserException($"{path} has no tensors under '{key}'; {Entries(wrapped)}.");
        if (HasTensors(top))
            return (null, top, wrapped);
        if ((Wrappers.FirstOrDefault(wrapped.Contains) ?? (wrapped.Count == 1 ? wrapped[0] : null)) is { } found)
            return Entry(found);
        throw new UserException(
            wrapped.Count == 0
                ? $"{path} holds no tensors at its top or one level below; in PyTorch, save them alone: torch.save(model.state_dict(), 'weights.pth')."
                : $"{path} has tensors in several places; {Entries(wrapped)}."
        );

        (string?, PickleDictionary, IReadOnlyList<string>) Entry(string name) =>
            (name, (PickleDictionary)top[name]!, [.. wrapped.Where(other => other != name)]);
    }

    private static string Entries(List<string> wrapped) =>
        wrapped.Count == 0
            ? "it has none one level below its top"
            : $"say --key with one of {string.Join(", ", wrapped.Select(k => $"'{k}'"))}";

    private static bool HasTensors(PickleDictionary dictionary) => dictionary.Entries.Any(e => e.Value is StoredTensor);
}
