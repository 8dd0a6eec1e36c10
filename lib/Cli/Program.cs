using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using F2Net;
using F2Net.Cli.Commands;
using F2Net.Kernel;
using Spectre.Console;

// Exit codes: 0 done, 1 a check failed, 2 something the caller can put right (one sentence on standard error), 130 cancelled.
var root = new RootCommand(
    "F2Net for .NET: prepare data, train, evaluate and apply frequency-domain segmentation of whole ultra-high-resolution images."
)
{
    QuickstartCommand.Create(),
    PrepareCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    DataCommand.Create(),
    SegmentCommand.Create(),
    WeightsCommand.Create(),
    ParityCommand.Create(),
    BenchCommand.Create(),
    StudyCommand.Create(),
    NotebookCommand.Create(),
    KernelCommand.Create(),
};

try
{
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
        throw new UserException($"{string.Join(" ", parsed.Errors.Select(e => e.Message))} Try: {Verb(parsed.CommandResult)} --help");

    // What an unset variable of a shell leaves of "$OUT".
    if (parsed.CommandResult.Children.FirstOrDefault(r => r.Tokens.Any(t => t.Value.Length == 0)) is { } empty)
        throw new UserException($"{NameOf(empty)} is empty; give it a value, or leave it out.");

    // The parser takes a verb's options before a verb of its own as well, where nothing reads them.
    if (Before(parsed.CommandResult) is { } early)
        throw new UserException(
            $"{NameOf(early)} stands before {parsed.CommandResult.Command.Name}, where it has no effect; write it behind, if it is an option there."
        );

    // A cancelled step is finished and saved before the process ends.
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(5) }
    );
}
// Of a file where nothing here says it better: .NET's sentence names it.
catch (Exception e) when (e is UserException or KernelException or IOException or UnauthorizedAccessException)
{
    AnsiConsole.Reset();
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (Exception e) when (e is DllNotFoundException || e.InnerException is DllNotFoundException)
{
    await Console.Error.WriteLineAsync("libf2torch.so, or the libtorch it stands on, cannot be loaded; run: bash .devcontainer/setup.sh");
    return 2;
}
// libtorch's words for it on a GPU and on the CPU, and .NET's own.
catch (Exception e) when (e is OutOfMemoryException || e.Message.Contains("out of memory") || e.Message.Contains("can't allocate memory"))
{
    await Console.Error.WriteLineAsync(
        "There is not enough memory for this: take smaller images, crops or batches (a recipe's accumulation makes up for them), or another --device."
    );
    return 2;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Cancelled.");
    Machine.ExitAtOnce(130);
    return 130;
}

static string NameOf(SymbolResult result) => result is OptionResult option ? option.Option.Name : ((ArgumentResult)result).Argument.Name;

static OptionResult? Before(CommandResult command) =>
    command.Parent is CommandResult { Parent: CommandResult } parent
        ? parent.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit && option.Option is not HelpOption)
        : null;

static string Verb(CommandResult command) => command.Parent is CommandResult parent ? $"{Verb(parent)} {command.Command.Name}" : "f2net";
