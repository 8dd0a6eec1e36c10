using System.CommandLine;

namespace F2Net.Cli.Commands;

/// <summary>What a command does.</summary>
internal static class CommandAction
{
    /// <summary>
    /// Gives a command its work, on a thread of its own: System.CommandLine listens for Ctrl-C only once it holds the work's task.
    /// </summary>
    internal static void Runs(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => work(parsed, cancellation), CancellationToken.None));
}
