namespace F2Net.Data.Preparation;

/// <summary>The downloads that the kit can prepare, by name.</summary>
public static class Preparers
{
    private static readonly Dictionary<string, Func<Download, IPreparer>> all = new(StringComparer.Ordinal)
    {
        ["deepglobe"] = d => new DeepGlobePreparer(d),
        ["inria"] = d => new InriaPreparer(d),
        ["dubai"] = d => new DubaiPreparer(d),
        ["folder"] = d => new FolderPreparer(d),
    };

    public static IEnumerable<string> Names => all.Keys;

    /// <param name="source">The folder with the unpacked download.</param>
    /// <exception cref="UserException">There is no such data set or folder.</exception>
    public static IPreparer Open(string name, string source) =>
        all.TryGetValue(name, out var preparer)
            ? preparer(new Download(source))
            : throw new UserException(
                $"There is no data set {name} to prepare; say {string.Join(", ", Names.SkipLast(1))} or {Names.Last()}."
            );
}
