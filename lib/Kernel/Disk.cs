namespace F2Net.Kernel;

/// <summary>Work on files, of which what the machine refuses becomes one sentence.</summary>
internal static class Disk
{
    /// <exception cref="KernelException">A file of the work cannot be written.</exception>
    internal static void Write(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KernelException(
                $"{path} cannot be written: {e.Message.TrimEnd('.')}; choose another folder, or make it writable.",
                e
            );
        }
    }
}
