using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace F2Net.Tests.Browser;

/// <summary>
/// Debian's Jupyter Notebook on a free port, with this build's kernel installed for it alone. Its processes and files end with it.
/// </summary>
internal sealed class JupyterServer : IDisposable
{
    public const string Program = "/usr/bin/jupyter-notebook";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30),
        EndPatience = TimeSpan.FromSeconds(15);

    private readonly TempFolder folder = new();
    private readonly StringBuilder log = new();
    private readonly Process process;

    public JupyterServer()
    {
        Folder = Directory.CreateDirectory(folder.File("notebooks")).FullName;
        InstallKernel();
        var port = FreePort();
        Address = $"http://127.0.0.1:{port}";
        process = Process.Start(
            Starting(
                Program,
                "--no-browser",
                "--allow-root",
                "--ip=127.0.0.1",
                $"--port={port}",
                "--port-retries=0",
                $"--notebook-dir={Folder}",
                "--NotebookApp.token=",
                "--NotebookApp.password="
            )
        )!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Address { get; }

    /// <summary>Where it looks for notebooks.</summary>
    public string Folder { get; }

    public async Task IsReady()
    {
        using var client = new HttpClient();
        for (var since = Stopwatch.StartNew(); since.Elapsed < StartPatience && !process.HasExited; await Task.Delay(100))
        {
            try
            {
                using var answer = await client.GetAsync($"{Address}/api");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
        lock (log)
            Assert.Fail($"{Program} did not start:\n{log}");
    }

    public void Dispose()
    {
        // Asked to end it ends its kernels first.
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        if (!process.WaitForExit(EndPatience))
            process.Kill(entireProcessTree: true);
        process.Dispose();
        folder.Dispose();
    }

    private void InstallKernel()
    {
        var command = Path.Combine(AppContext.BaseDirectory, "F2Net.Cli.dll");
        using var install = Process.Start(Starting("dotnet", command, "kernel", "install", "--user"))!;
        var errors = install.StandardError.ReadToEndAsync();
        var folders = install.StandardOutput.ReadToEnd();
        install.WaitForExit();
        Assert.True(install.ExitCode == 0, errors.Result);
        Assert.StartsWith(folder.Path, folders, StringComparison.Ordinal);
    }

    private ProcessStartInfo Starting(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "XDG_DATA_HOME" })
            start.Environment[name] = Directory.CreateDirectory(folder.File(name)).FullName;
        return start;
    }

    private void Keep(string? line)
    {
        lock (log)
            log.AppendLine(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
