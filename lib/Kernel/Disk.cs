namespace F2Net.Kernel;

/// <summary>Files that are there whole or not at all; what the machine refuses becomes one sentence.</summary>
internal static class Disk
{
    /// <summary>Makes the folder, writes beside, then renames: a reader sees the old file or the new one, and a failure leaves nothing behind.</summary>
    /// <exception cref="KernelException">The file cannot be written.</exception>
    internal static void Write(string path, string text) =>
        Try(
            path,
            partial =>
            {
                File.WriteAllText(partial, text);
                File.Move(partial, path, overwrite: true);
            }
        );

    /// <summary>Makes sure, before the work, that its outcome can be written; the folder is made.</summary>
    /// <exception cref="KernelException">It cannot.</exception>
    internal static void Check(string path) =>
        Try(
            path,
            partial =>
            {
                File.WriteAllText(partial, "");
                File.Delete(partial);
            }
        );

    private static void Try(string path, Action<string> work)
    {
        var partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            work(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(partial);
            throw new KernelException(
                $"{path} cannot be written: {e.Message.TrimEnd('.')}; choose another folder, or make it writable.",
                e
            );
        }
    }

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
