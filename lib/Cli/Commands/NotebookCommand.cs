using System.CommandLine;
using F2Net.Kernel.Notebooks;

namespace F2Net.Cli.Commands;

/// <summary>f2net notebook: runs notebooks without a front-end.</summary>
internal static class NotebookCommand
{
    private const double MostSeconds = 1e9;

    internal static Command Create() => new("notebook", "Notebooks without a front-end.") { Run() };

    private static Command Run()
    {
        var notebooks = new Argument<string[]>("notebooks") { Description = "The .ipynb files.", Arity = ArgumentArity.OneOrMore };
        var set = new Option<string[]>("--set")
        {
            Description = "NAME=VALUE for a variable of the cell tagged 'parameters'.",
            DefaultValueFactory = _ => [],
        };
        var timeout = new Option<double>("--timeout") { Description = "Seconds that one cell may take.", DefaultValueFactory = _ => 3600 };
        var output = new Option<string?>("--out")
        {
            Description = "A folder for the run notebooks; without it, outputs go into the notebooks.",
        };
        var command = new Command("run", "Run notebooks, each in a fresh kernel, and write their outputs back.")
        {
            notebooks,
            set,
            timeout,
            output,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var options = new RunOptions(
                    KernelStart.Command,
                    ValuesOf(parsed.GetRequiredValue(set)),
                    TimeoutOf(parsed.GetValue(timeout)),
                    parsed.GetValue(output)
                );
                var failed = new NotebookRunner(options, Console.Out).Run(parsed.GetRequiredValue(notebooks), cancellation);
                return failed == 0 ? 0 : 1;
            }
        );
        return command;
    }

    private static TimeSpan TimeoutOf(double seconds) =>
        seconds is > 0 and <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserException($"--timeout {seconds}: say seconds, more than 0 and at most {MostSeconds:#,0}.");

    private static Dictionary<string, string> ValuesOf(string[] pairs)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var split = pair.Split('=', 2);
            if (split.Length < 2 || split[0].Length == 0)
                throw new UserException($"--set {pair}: write it as NAME=VALUE.");
            values[split[0].Trim()] = split[1];
        }

        return values;
    }
}
