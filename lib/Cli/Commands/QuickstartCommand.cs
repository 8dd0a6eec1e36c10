using System.CommandLine;
using System.Diagnostics;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Evaluation;
using F2Net.Evaluation.Baselines;
using F2Net.Evaluation.Drawing;
using F2Net.Model;
using F2Net.Training;

namespace F2Net.Cli.Commands;

/// <summary>f2net quickstart: trains Nano on the embedded imagery, segments the test tiles whole, writes a table and pictures.</summary>
internal static class QuickstartCommand
{
    private const string DataFolder = "data/bluemarble",
        ResultFolder = "results/quickstart";

    // A third longer than a study's runs: one run is to be as good as minutes allow, not comparable with eighty others.
    private static readonly TrainingRecipe Recipe = TrainingRecipe.Nano with { Iterations = 1120 };

    internal static Command Create()
    {
        var command = new Command("quickstart", "Train Nano on the embedded imagery and look at what it learned: one command, minutes.");
        command.Runs((_, cancellation) => Run(cancellation));
        return command;
    }

    private static int Run(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        Machine.Prepare();
        var home = Project.Root;
        var results = Path.Combine(home, ResultFolder);
        var data = Path.Combine(home, DataFolder);

        // Until everything is written the run in training stays, where an interrupted command finds it and goes on.
        var underway = Path.Combine(results, "training.partial");
        var trained = Train(data, underway, cancellation, out var before);
        if (trained is null)
            return 130;
        var run = trained.Publish(Path.Combine(results, "run"));

        // Each phase opens the data for itself, so that nothing of the one before stays in memory.
        Machine.ReleaseFreedMemory();
        var rows = Baselines(data, cancellation);
        Machine.ReleaseFreedMemory();
        var test = PreparedDataSet.Open(data).Split("test");
        rows.Add(("F2Net Nano", EvaluateCommand.Evaluate("F2Net Nano", test, Predictor.Of(run).Predict, cancellation, Draw)));

        QuickstartReport.Write(results, run, rows, SecondsOf(run), before + clock.Elapsed.TotalSeconds);
        Directory.Delete(underway, recursive: true);
        Console.WriteLine();
        Console.WriteLine(MetricsTable.Of(rows));
        Console.WriteLine($"Table and pictures: {results}");
        return 0;

        void Draw(Sample sample, Mask mask) =>
            RasterWriter.WritePng(
                Path.Combine(results, $"{sample.Name}.png"),
                SideBySide.Of(sample.Image, sample.Mask, mask, test.Info, predictionTitle: "F2Net Nano"),
                cancellation: cancellation
            );
    }

    /// <summary>The finished run, or null when cancelled; <paramref name="before"/>: seconds of training that an earlier command did.</summary>
    private static RunFolder? Train(string data, string folder, CancellationToken cancellation, out double before)
    {
        var set = PreparedDataSet.Open(data);
        var run = RunFolder.Continue(folder, F2NetConfig.Nano(set.Info.Classes.Count), Recipe, set);
        using var trainer = new Trainer(run, set);
        before = SecondsOf(run);
        return TrainCommand.Train(trainer, run, "the same command", cancellation) ? run : null;
    }

    private static List<(string Name, SegmentationMetrics Metrics)> Baselines(string data, CancellationToken cancellation)
    {
        var set = PreparedDataSet.Open(data);
        var (train, test) = (set.Split("train"), set.Split("test"));
        IBaseline[] baselines = [new CommonestClass(train), new ColourHistogramClassifier(train)];
        return [.. baselines.Select(b => (b.Name, EvaluateCommand.Evaluate(b.Name, test, b.Predict, cancellation)))];
    }

    private static double SecondsOf(RunFolder run) => run.History().Sum(r => r.Seconds);
}
