using System.CommandLine;
using F2Net.Kernel;
using F2Net.Kernel.Server;

namespace F2Net.Cli.Commands;

/// <summary>f2net kernel: the Jupyter kernel for C#.</summary>
internal static class KernelCommand
{
    internal static Command Create() => new("kernel", "The Jupyter kernel for C#.") { Install(), Run() };

    private static Command Install()
    {
        var user = new Option<bool>("--user") { Description = "For this user; so it is without --prefix." };
        var prefix = new Option<string?>("--prefix") { Description = "Under DIR/share/jupyter, such as a virtual environment's folder." };
        var command = new Command("install", "Tell Jupyter, VS Code and other front-ends about the kernel.") { user, prefix };
        command.Runs(
            (parsed, _) =>
            {
                if (parsed.GetValue(user) && parsed.GetValue(prefix) is not null)
                    throw new UserException("--user and --prefix each say where to install; give one of them.");
                foreach (var folder in KernelSpec.Install(KernelStart.Command, parsed.GetValue(prefix), KernelStart.Environment))
                    Console.WriteLine(folder);
                return 0;
            }
        );
        return command;
    }

    private static Command Run()
    {
        var file = new Argument<string>("connection_file") { Description = "Written by whoever starts the kernel." };
        var command = new Command("run", "Be a kernel: what front-ends call.") { file };
        command.Runs(
            (parsed, cancellation) =>
            {
                KernelServer.Run(parsed.GetRequiredValue(file), cancellation);
                // A cell may still compute, or have left a thread that would keep the process.
                Machine.ExitAtOnce(0);
                return 0;
            }
        );
        return command;
    }
}
