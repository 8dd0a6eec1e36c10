using System.CommandLine;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Training;

namespace F2Net.Cli.Commands;

/// <summary>f2net evaluate: a run's scores on a split, every picture whole.</summary>
internal static class EvaluateCommand
{
    internal static Command Create()
    {
        var data = Options.Data();
        var runOption = Options.Run();
        var split = new Option<string>("--split") { Description = "train, val or test.", DefaultValueFactory = _ => "test" };
        var json = new Option<string?>("--json") { Description = "Where to write the scores as JSON." };
        var device = Options.Device();
        var command = new Command("evaluate", "Score a run on whole pictures.") { data, runOption, split, json, device };
        command.Runs(
            (parsed, cancellation) =>
            {
                Machine.Prepare();
                if (parsed.GetValue(json) is { } scores)
                    OutputFile.Check(scores);
                var run = RunFolder.Open(parsed.GetRequiredValue(runOption));
                var set = PreparedDataSet.Open(parsed.GetRequiredValue(data));
                run.CheckClasses(set.Info);
                var samples = set.Split(parsed.GetRequiredValue(split));
                var predictor = Predictor.Of(run, Options.Parse(parsed.GetRequiredValue(device)));
                var metrics = Evaluate("F2Net", samples, predictor.Predict, cancellation);
                Console.WriteLine(MetricsTable.Of([("F2Net", metrics)]));
                if (parsed.GetValue(json) is { } path)
                    JsonFile.Write(path, metrics);
                return 0;
            }
        );
        return command;
    }

    /// <summary>Evaluates with a progress bar.</summary>
    internal static SegmentationMetrics Evaluate(
        string name,
        Split split,
        Func<Picture, Mask> predict,
        CancellationToken cancellation,
        Action<Sample, Mask>? seen = null
    ) =>
        Progress.Show(
            $"{name} on {split.Name}",
            split.Samples.Count,
            progress =>
            {
                var done = 0;
                return SplitEvaluation.Run(
                    split,
                    predict,
                    (sample, mask) =>
                    {
                        seen?.Invoke(sample, mask);
                        progress.Report(++done, sample.Name);
                    },
                    cancellation
                );
            }
        );
}
