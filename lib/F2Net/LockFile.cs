namespace F2Net;

/// <summary>A file that says that somebody is at work.</summary>
internal static class LockFile
{
    /// <summary>Makes the folder and takes the file for this caller alone until disposed of. A process that died holds nothing.</summary>
    /// <returns>Null while another has it.</returns>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    internal static IDisposable? Take(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // The file stays when the lock goes: another process may be about to lock it.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritable(file, e);
        }
    }
}
