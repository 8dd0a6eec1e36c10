namespace F2Net.Weights.Import;

/// <summary>What becomes of a tensor of the file.</summary>
/// <param name="Target">Which of ours it becomes; null where it is left.</param>
/// <param name="Left">Why it is left.</param>
/// <param name="Adapt">What to do where the shapes, the file's and ours, differ; null where nothing can be done.</param>
internal sealed record Placement(string? Target, string? Left = null, Func<long[], long[], Adaptation?>? Adapt = null)
{
    public static Placement LeftBecause(string reason) => new(null, reason);
}

/// <summary>A published network: what its tensors are called, and what each becomes here.</summary>
internal abstract class WeightSource
{
    /// <summary>What a person calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The start of the names, in ours, of all that it fills.</summary>
    public abstract string Target { get; }

    /// <summary>A name that every file of it has, behind whatever prefix.</summary>
    public abstract string Landmark { get; }

    /// <summary>What becomes of a tensor; null for a name that this network does not have.</summary>
    /// <param name="name">Without the file's prefix.</param>
    /// <param name="shapes">Of all the file's tensors, without the prefix.</param>
    public abstract Placement? Place(string name, IReadOnlyDictionary<string, long[]> shapes);

    /// <summary>
    /// What stands before the network's names in a file, such as `module.` or `backbone.`: in a whole network of ours the branch's own, else the shortest that fits.
    /// </summary>
    /// <exception cref="UserException">The file is of another network.</exception>
    public virtual string Prefix(WeightFile file) =>
        file.Shapes.Keys.Where(name => name == Landmark || name.EndsWith("." + Landmark, StringComparison.Ordinal))
            .Select(name => name[..^Landmark.Length])
            .OrderByDescending(prefix => prefix.EndsWith(Target, StringComparison.Ordinal))
            .ThenBy(prefix => prefix.Length)
            .FirstOrDefault()
        ?? throw new UserException(
            $"{file.Path} is no {Name}: it has no '{Landmark}' but {(file.Shapes.Count == 0 ? "no tensor at all" : $"'{file.Shapes.Keys.First()}'")}; check --for and the file{Others(file)}."
        );

    private static string Others(WeightFile file) =>
        file.OtherKeys.Count == 0 ? "" : $", or say --key with one of {string.Join(", ", file.OtherKeys.Select(key => $"'{key}'"))}";
}
