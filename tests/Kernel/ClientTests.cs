using System.Diagnostics;
using F2Net.Kernel;
using F2Net.Kernel.Notebooks;

namespace F2Net.Tests.Kernel;

/// <summary>Jupyter's own clients (Debian's jupyter_client and nbclient) drive the kernel, started from its installed kernelspec.</summary>
public sealed class ClientTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Jupyter_client_meets_every_kind_of_message() => Run("protocol.py");

    [Fact]
    public void Nbclient_and_the_runner_agree() => Run("notebooks.py");

    /// <summary>Runs a script of checks, each of which prints one line; any that failed, or no client at all, fails the test.</summary>
    private void Run(string script)
    {
        var program = new KernelProgram("dotnet", [Path.Combine(AppContext.BaseDirectory, "F2Net.Cli.dll"), "kernel", "run"]);
        KernelSpec.Install(program, folder.Path, new Dictionary<string, string>());
        var start = new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "Kernel", "clients", script)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = Path.Combine(folder.Path, "share", "jupyter");
        start.Environment["CLIENT_FOLDER"] = Directory.CreateDirectory(folder.File("work")).FullName;
        start.Environment["RUNNER"] = $"dotnet {program.Arguments[0]}";
        start.Environment["XDG_DATA_HOME"] = folder.File("data");

        using var client = Process.Start(start)!;
        var errors = client.StandardError.ReadToEndAsync();
        var output = client.StandardOutput.ReadToEnd();
        client.WaitForExit();

        Assert.True(client.ExitCode == 0 && output.Contains("ok  ", StringComparison.Ordinal), $"{output}\n{errors.Result}");
        Assert.DoesNotContain("FAILED", output, StringComparison.Ordinal);
        Console.WriteLine(output);
    }
}
