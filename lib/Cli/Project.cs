namespace F2Net.Cli;

/// <summary>Where the project's own folders are: the nearest folder above the program that holds F2Net.slnx.</summary>
internal static class Project
{
    /// <exception cref="UserException">The program was taken out of its project.</exception>
    internal static string Root
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (File.Exists(Path.Combine(at.FullName, "F2Net.slnx")))
                    return at.FullName;
            throw new UserException(
                $"{AppContext.BaseDirectory} lies in no F2Net project; run lib/f2net from a clone, or use train and evaluate with your own folders."
            );
        }
    }
}
