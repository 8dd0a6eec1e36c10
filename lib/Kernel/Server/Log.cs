namespace F2Net.Kernel.Server;

/// <summary>What goes wrong outside of any cell: the process's own standard error, which Jupyter keeps in its log.</summary>
internal static class Log
{
    private static readonly TextWriter Error = Console.Error;

    internal static void Write(string message) => Error.WriteLine($"[f2net kernel] {message}");
}
