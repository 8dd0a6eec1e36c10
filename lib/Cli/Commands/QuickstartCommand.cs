using System.CommandLine;
using System.Diagnostics;
using F2Net.Data;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Training;

namespace F2Net.Cli.Commands;

/// <summary>f2net quickstart: trains Nano on the embedded imagery, segments the test tiles whole, writes a table and pictures.</summary>
internal static class QuickstartCommand
{
    private const string DataFolder = "data/bluemarble",
        ResultFolder = "results/quickstart";

    internal static Command Create()
    {
        var command = new Command("quickstart", "Train Nano on the embedded imagery and look at what it learned: one command, minutes.");
        command.SetAction((_, cancellation) => Task.FromResult(Run(cancellation)));
        return command;
    }

    private static int Run(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        Machine.Prepare();
        var home = Project.Root;
        var results = Path.Combine(home, ResultFolder);
        var set = PreparedDataSet.Open(Path.Combine(home, DataFolder));
        var (train, test) = (set.Split("train"), set.Split("test"));

        // A run that was interrupted goes on; a finished one is done anew, so that the command always shows training.
        var folder = Path.Combine(results, "run");
        var run = OpenUnfinished(folder) ?? Start(folder, set);
        double trainingSeconds;
        using (var trainer = new Trainer(run, set))
        {
            var from = clock.Elapsed;
            if (!TrainCommand.Train(trainer, run, cancellation))
                return 130;
            trainingSeconds = (clock.Elapsed - from).TotalSeconds;
        }

        Machine.ReleaseFreedMemory(); // the pieces that training kept do not fit the maps of whole images
        var predictor = Predictor.Of(run);
        var rows = new List<(string Name, SegmentationMetrics Metrics)>();
        foreach (IBaseline baseline in new IBaseline[] { new CommonestClass(train), new ColourHistogramClassifier(train) })
            rows.Add((baseline.Name, EvaluateCommand.Evaluate(baseline.Name, test, baseline.Predict, cancellation)));
        var scores = EvaluateCommand.Evaluate("F2Net Nano", test, predictor.Predict, cancellation, Draw);
        rows.Add(("F2Net Nano", scores));

        QuickstartReport.Write(results, run, rows, trainingSeconds, clock.Elapsed.TotalSeconds);
        Console.WriteLine();
        Console.WriteLine(MetricsTable.Of(rows));
        Console.WriteLine($"Table and pictures: {results}");
        return 0;

        void Draw(Sample sample, Mask mask) =>
            RasterWriter.WritePng(
                Path.Combine(results, $"{sample.Name}.png"),
                SideBySide.Of(sample.Image, sample.Mask, mask, set.Info, predictionTitle: "F2Net Nano")
            );
    }

    private static RunFolder? OpenUnfinished(string folder) =>
        File.Exists(Path.Combine(folder, "checkpoint.json"))
        && RunFolder.Open(folder) is var run
        && run.History().Count < run.Recipe.Iterations
        && run.Recipe.Equals(TrainingRecipe.Nano)
            ? run
            : null;

    private static RunFolder Start(string folder, PreparedDataSet set)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return RunFolder.Create(folder, F2NetConfig.Nano(set.Info.Classes.Count), TrainingRecipe.Nano, set);
    }
}
