namespace F2Net.Data.Preparation;

/// <summary>
/// train.txt, val.txt and test.txt as they circulate: a picture a line, by its id or its file; what follows a tab or comma (the mask's file) is
/// left aside, and so are empty lines.
/// </summary>
internal static class SplitLists
{
    /// <summary>A split for each name that is listed; val or test may be missing.</summary>
    /// <param name="nameOf">The name that an entry means.</param>
    /// <param name="names">The pictures that there are.</param>
    /// <exception cref="UserException">A list is missing or empty, names a picture that is not there, or one that another names too.</exception>
    public static IReadOnlyDictionary<string, string> Read(string folder, Func<string, string> nameOf, IReadOnlySet<string> names)
    {
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        var lists = SplitShares
            .Names.Select(s => (Split: s, File: Path.Combine(folder, s + ".txt")))
            .Where(l => File.Exists(l.File))
            .ToList();
        if (lists.Count < 2 || lists[0].Split != SplitShares.Names[0])
            throw new UserException(
                $"{folder} must hold train.txt and val.txt or test.txt, one picture a line; give the folder of the lists."
            );
        foreach (var (split, file) in lists)
        {
            var entries = Entries(file);
            if (entries.Count == 0)
                throw new UserException($"{file} is empty; list the {split} pictures there, one a line.");
            var absent = new List<string>();
            foreach (var entry in entries)
            {
                var name = Resolve(entry, nameOf, names);
                if (name is null)
                    absent.Add(entry);
                else if (!splits.TryAdd(name, split))
                    throw new UserException(
                        splits[name] == split
                            ? $"{file} names {name} twice; take one of the lines out."
                            : $"{Path.Combine(folder, splits[name] + ".txt")} and {file} both name {name}; take it out of one of them."
                    );
            }
            if (absent.Count > 0)
                throw new UserException(
                    $"{file} names {absent.Count} {(absent.Count == 1 ? "picture that is" : "pictures that are")} not there ({absent[0]}"
                        + $"{(absent.Count > 1 ? " is the first" : "")}); complete the download, or take {(absent.Count == 1 ? "it" : "them")} out of the list."
                );
        }
        return splits;
    }

    private static List<string> Entries(string file) =>
        [.. File.ReadLines(file).Select(l => l.Split('\t', ',')[0].Trim()).Where(l => l.Length > 0)];

    /// <summary>The whole entry, for names with spaces; else what stands before the first space.</summary>
    private static string? Resolve(string entry, Func<string, string> nameOf, IReadOnlySet<string> names) =>
        names.Contains(nameOf(entry)) ? nameOf(entry)
        : names.Contains(nameOf(entry.Split(' ')[0])) ? nameOf(entry.Split(' ')[0])
        : null;
}
