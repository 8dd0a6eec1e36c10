using System.CommandLine;
using F2Net.Evaluation.Parity;

namespace F2Net.Cli.Commands;

/// <summary>f2net parity: every module against reference vectors.</summary>
internal static class ParityCommand
{
    internal static Command Create()
    {
        var directory = new Argument<string>("folder") { Description = "A folder with manifest.json and the vectors it names." };
        var device = Options.Device();
        var command = new Command("parity", "Check every module against reference vectors.") { directory, device };
        command.Runs(
            (parsed, cancellation) =>
            {
                Machine.Prepare();
                var on = Options.Parse(parsed.GetRequiredValue(device));
                var failed = 0;
                Console.WriteLine($"{"case", -24} {"outputs", 9} {"allowed", 9} {"gradients", 9} {"allowed", 9}");
                foreach (var r in ParityRunner.Run(parsed.GetRequiredValue(directory), on))
                {
                    cancellation.ThrowIfCancellationRequested();
                    failed += r.Passed ? 0 : 1;
                    Console.WriteLine(
                        $"{r.Name, -24} {r.OutputError, 9:0.0e+0} {r.OutputTolerance, 9:0.0e+0} {r.GradientError, 9:0.0e+0} {r.GradientTolerance, 9:0.0e+0}  {Verdict(r)}"
                    );
                }

                return failed == 0 ? 0 : 1;
            }
        );
        return command;
    }

    private static string Verdict(ParityResult result) =>
        !result.Passed ? $"FAILED: {result.Message}"
        : result.GradientsInDouble ? "passed, gradients in float64: in float32 rounding moves an activation across a ReLU's kink"
        : "passed";
}
