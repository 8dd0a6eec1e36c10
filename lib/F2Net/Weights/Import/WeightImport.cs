using System.Text.Json;
using F2Net.Losses;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Weights.Import;

/// <summary>Which part of the network an import fills.</summary>
public enum ImportPart
{
    Short,
    Long,
    High,
    F2Net,
}

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>Which entry of a checkpoint's dictionary to take; the first of the usual ones when null.</summary>
    public string? Key { get; init; }

    /// <summary>Which of the file's transformer blocks to take, in order; evenly spread over all, from the first, when null.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>Classes of the paper's network, where that is taken because neither caller nor file names one; 7 when null.</summary>
    public int? Classes { get; init; }

    /// <summary>Whether some of the part's weights may stay as they are initialised.</summary>
    public bool AllowMissing { get; init; }
}

/// <summary>Brings published weights into the network's names and shapes.</summary>
public static class WeightImport
{
    /// <summary>The key of <see cref="Safetensors"/>' metadata under which a file of imported weights keeps its report, as JSON.</summary>
    public const string MetadataKey = "import";

    /// <summary>Reads a file of weights and writes those of one part of the network, in float32, as safetensors under the network's names.</summary>
    /// <param name="network">Null for the one that the file describes, as an export of a run does, else the paper's.</param>
    /// <returns>What was taken, adapted, left and missing.</returns>
    /// <exception cref="UserException">
    /// The file cannot be read without running code, is of another network, has a shape that does not fit or a value that is not finite, or lacks something
    /// and that is not allowed, or would be written over, or says its own number of classes; nothing is written then.
    /// </exception>
    public static ImportReport Run(
        string path,
        ImportPart part,
        F2NetConfig? network,
        ImportOptions options,
        string output,
        CancellationToken cancellation = default
    )
    {
        OutputFile.CheckApart(output, path, "the file of weights");
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(path, options.Key);
        var config = network ?? Described(file, options.Classes);
        var targets = Targets(config);
        var (report, weights) = Convert(
            file,
            Source(part, config, options, targets.Keys.First()),
            targets,
            options.AllowMissing,
            cancellation
        );
        Safetensors.Write(
            output,
            weights,
            new Dictionary<string, string> { ["format"] = "pt", [MetadataKey] = JsonSerializer.Serialize(report, JsonFile.Options) }
        );
        return report;
    }

    private static F2NetConfig Described(WeightFile file, int? classes) =>
        file.Network is not { } network ? F2NetConfig.Paper(classes ?? 7)
        : classes is null ? network
        : throw new UserException($"--classes {classes}: {file.Path} says its own number of classes; leave the option out.");

    private static WeightSource Source(ImportPart part, F2NetConfig network, ImportOptions options, string anyName)
    {
        WeightSource source = part switch
        {
            ImportPart.Short => new ResNet18Source(),
            ImportPart.Long => new VitTinySource(network, options.Blocks),
            ImportPart.High => new VMambaSource(),
            _ => new F2NetSource(anyName),
        };
        if (part != ImportPart.Long && options.Blocks is not null)
            throw new UserException("--blocks chooses blocks of a ViT; leave it out, or say --for long.");
        return source;
    }

    // Shapes and types alone are wanted, of everything a run trains.
    private static Dictionary<string, (long[] Shape, bool Counter)> Targets(F2NetConfig network)
    {
        using var model = new F2NetModel(network);
        using var loss = new F2NetLoss(model);
        return model
            .state_dict()
            .Concat(loss.state_dict())
            .ToDictionary(t => t.Key, t => (t.Value.shape, t.Value.dtype == ScalarType.Int64), StringComparer.Ordinal);
    }

    private static (ImportReport, Dictionary<string, Tensor>) Convert(
        WeightFile file,
        WeightSource source,
        Dictionary<string, (long[] Shape, bool Counter)> all,
        bool allowMissing,
        CancellationToken cancellation
    )
    {
        var targets = all.Where(t => t.Key.StartsWith(source.Target, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        if (targets.Count == 0)
            throw new UserException($"This network has no {source.Target.TrimEnd('.')}; choose another part, or another --network.");
        var prefix = source.Prefix(file);
        var shapes = file
            .Shapes.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[prefix.Length..], t => t.Value, StringComparer.Ordinal);

        var taken = new List<TakenWeight>();
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var left = new List<(string Reason, string Name)>();
        left.AddRange(
            file.Shapes.Keys.Where(name => !name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => ($"outside '{prefix}'", name))
        );
        foreach (var (name, shape) in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            var placement = source.Place(name, shapes);
            if (placement is { Left: { } reason })
            {
                left.Add((reason, name));
                continue;
            }
            if (placement?.Target is not { } target || !targets.TryGetValue(target, out var wanted))
                throw new UserException(
                    $"{file.Path} holds '{prefix}{name}', for which {source.Name} in this network has no place; choose the file or the --network that fits."
                );
            var from = prefix + name;
            var adaptation = shape.SequenceEqual(wanted.Shape) ? null : Adapted(file, from, placement, target, wanted.Shape);
            if (!weights.TryAdd(target, Read(file, from, wanted.Counter, adaptation)))
                throw new UserException($"{file.Path} has two tensors for {target}, '{from}' the second; choose a file of one network.");
            taken.Add(new(target, from, wanted.Shape, shape, adaptation?.Says));
        }

        var missing = Missing(file, source, targets, weights, allowMissing);
        var groups = left.GroupBy(l => l.Reason, l => l.Name).Select(g => new LeftWeights(g.Key, [.. g])).ToList();
        return (
            new(
                Path.GetFileName(file.Path),
                FileHash.Sha256(file.Path),
                source.Name,
                file.Key,
                file.OtherKeys,
                prefix,
                taken,
                groups,
                missing
            ),
            weights
        );
    }

    private static Adaptation Adapted(WeightFile file, string from, Placement placement, string target, long[] wanted) =>
        placement.Adapt?.Invoke(file.Shapes[from], wanted)
        ?? throw new UserException(
            $"{from} has shape {Shape(file.Shapes[from])} in {file.Path} but {target} has {Shape(wanted)} in this network; choose the file or the --network that fits."
        );

    private static Tensor Read(WeightFile file, string name, bool counter, Adaptation? adaptation)
    {
        var stored = file.Read(name);
        if (counter)
            return stored.to(ScalarType.Int64).contiguous();
        var tensor = stored.to(ScalarType.Float32);
        if (!ModuleState.IsFinite(tensor))
            throw new UserException($"{name} has NaN or infinite values in {file.Path}; use another checkpoint.");
        return adaptation is null ? tensor.contiguous() : adaptation.Apply(tensor);
    }

    // Batches that a norm has counted say nothing to one that averages with a fixed momentum, and files before PyTorch 0.4.1 do not have them.
    private static List<string> Missing(
        WeightFile file,
        WeightSource source,
        Dictionary<string, (long[] Shape, bool Counter)> targets,
        Dictionary<string, Tensor> weights,
        bool allowed
    )
    {
        var missing = new List<string>();
        foreach (var (name, (shape, counter)) in targets)
            if (!weights.ContainsKey(name) && counter)
                weights.Add(name, zeros(shape, dtype: ScalarType.Int64));
            else if (!weights.ContainsKey(name))
                missing.Add(name);
        if (missing.Count > 0 && !allowed)
            throw new UserException(
                $"{file.Path} lacks {(missing.Count == 1 ? $"'{missing[0]}'" : $"{missing.Count} weights, '{missing[0]}' first,")} of {source.Name} in this network; say --allow-missing to leave them as they are initialised."
            );
        return missing;
    }

    private static string Shape(long[] shape) => $"[{string.Join(", ", shape)}]";
}
