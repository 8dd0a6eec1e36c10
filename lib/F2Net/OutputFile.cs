using System.Globalization;

namespace F2Net;

/// <summary>Files that are there whole or not at all.</summary>
public static class OutputFile
{
    /// <summary>
    /// Makes the folder, has <paramref name="write"/> write <c>PATH.N.partial</c>, where N is this process', then renames it to
    /// <paramref name="path"/>; an older file stays untouched until then, and a failure leaves nothing behind. Of processes that write one file the last wins.
    /// </summary>
    /// <exception cref="UserException">The path is empty or a folder's, the folder cannot be written to, or the disk is full.</exception>
    public static void Write(string path, Action<string> write) =>
        Try(
            path,
            partial =>
            {
                write(partial);
                File.Move(partial, path, overwrite: true);
            }
        );

    /// <summary>Says before long work whether its result can be written, and makes the folder.</summary>
    /// <exception cref="UserException">As <see cref="Write"/>.</exception>
    public static void Check(string path) => Try(path, File.Delete);

    /// <summary>Says before long work whether its result would take the place of what it is made from.</summary>
    /// <param name="what">The input is, as "the picture".</param>
    /// <exception cref="UserException">It would.</exception>
    public static void CheckApart(string path, string input, string what)
    {
        if (Path.GetFullPath(path) == Path.GetFullPath(input))
            throw new UserException($"{path} is {what} itself and would be lost; give another name.");
    }

    private static void Try(string path, Action<string> finish)
    {
        if (path.Length == 0)
            throw new UserException("A file to write has an empty name; say where it goes.");
        if (Directory.Exists(path))
            throw new UserException($"Cannot write {path}, which is a folder; give the name of a file.");
        var partial = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.partial");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (File.Create(partial)) { } // a folder without write permission says so here, in .NET's words
            finish(partial);
        }
        catch (Exception e)
        {
            Remove(partial);
            if (e is IOException or UnauthorizedAccessException)
                throw NotWritable(path, e);
            throw;
        }
    }

    /// <summary>What the machine said of a file, as a person is told it.</summary>
    internal static UserException NotWritable(string path, Exception e) =>
        new($"Cannot write {path}; choose a folder that you may write to and that has space left.", e);

    private static void Remove(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}
