using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Notebooks;

/// <summary>The command that starts a kernel; the connection file's path is appended.</summary>
public sealed record KernelProgram(string FileName, IReadOnlyList<string> Arguments);

/// <summary>A kernel in a process of its own, which ends with this object.</summary>
internal sealed class KernelProcess : IDisposable
{
    private const int KeptLines = 20;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("f2net-kernel-");
    private readonly Queue<string> lastLines = new();
    private readonly Process process;

    internal KernelProcess(KernelProgram command, string workingFolder)
    {
        var ports = FreePorts(5);
        Connection = new ConnectionInfo("tcp", "127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4], Guid.NewGuid().ToString("N"));
        var file = Path.Combine(folder.FullName, "connection.json");
        Connection.Write(file);
        var start = new ProcessStartInfo(command.FileName, [.. command.Arguments, file])
        {
            UseShellExecute = false,
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JPY_PARENT_PID"] = Environment.ProcessId.ToString();
        process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal ConnectionInfo Connection { get; }

    internal bool HasExited => process.HasExited;

    /// <summary>How the process ended, with the last it said.</summary>
    internal string Obituary()
    {
        process.WaitForExit();
        var how = process.ExitCode > 128 ? $"ended by signal {process.ExitCode - 128}" : $"ended with code {process.ExitCode}";
        lock (lastLines)
            return new StringBuilder($"the kernel's process {how}").AppendJoin("", lastLines.Select(l => $"\n    {l}")).ToString();
    }

    /// <summary>Ends the process, by force if it has not ended by itself within the given time.</summary>
    internal void WaitOrKill(TimeSpan patience)
    {
        if (!process.WaitForExit(patience))
            process.Kill(entireProcessTree: true);
    }

    public void Dispose()
    {
        WaitOrKill(TimeSpan.Zero);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private void Keep(string? line)
    {
        // Of a crash the message matters, which the runtime writes before a long stack.
        if (line is null || line.StartsWith("   at ", StringComparison.Ordinal))
            return;
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > KeptLines)
                lastLines.Dequeue();
        }
    }

    /// <summary>Ports that are free now; all are held until each is known, so that they differ.</summary>
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Dispose());
        return [.. ports];
    }
}
