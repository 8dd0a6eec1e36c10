namespace F2Net.Data.Preparation;

/// <summary>A folder with an unpacked download, searched with all its subfolders.</summary>
public sealed class Download
{
    private static readonly string[] ArchiveEndings = [".zip", ".7z", ".7z.001", ".tar", ".tar.gz", ".tgz", ".rar"];

    /// <summary>Hidden files are none of a download's: macOS packs a ._NAME beside each file.</summary>
    private static readonly EnumerationOptions search = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
    private readonly Lazy<string[]> files;

    /// <exception cref="UserException">There is no such folder.</exception>
    public Download(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UserException(
                File.Exists(folder) && IsArchive(folder)
                    ? $"{folder} is packed; unpack it, and give the folder that comes out of it."
                    : $"{folder} is no folder; give the folder with the unpacked download."
            );
        Folder = folder;
        files = new(() => [.. Directory.GetFiles(folder, "*", search).Order(StringComparer.Ordinal)]);
    }

    public string Folder { get; }

    /// <summary>Paths of all files, subfolders' too, in ordinal order.</summary>
    public IReadOnlyList<string> Files => files.Value;

    /// <summary>Whether something that is still packed lies there.</summary>
    public bool HasArchive => Files.Any(IsArchive);

    /// <summary>A file's path as a person sees it from <see cref="Folder"/>, with forward slashes.</summary>
    public string Relative(string file) => Path.GetRelativePath(Folder, file).Replace('\\', '/');

    /// <summary>The sentence for a folder in which nothing was found.</summary>
    /// <param name="pattern">What was looked for.</param>
    public UserException Nothing(string pattern)
    {
        var archives = Files.Where(IsArchive).ToList();
        return new UserException(
            archives.Count > 0
                ? $"{Folder} has no {pattern}, but {Relative(archives[0])}{(archives.Count > 1 ? $" and {archives.Count - 1} more archives" : "")}; "
                    + $"unpack {(archives.Count > 1 ? "them" : "it")} there first."
                : $"{Folder} and its subfolders have no {pattern}; give the folder with the unpacked download."
        );
    }

    private static bool IsArchive(string file) => ArchiveEndings.Any(e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
