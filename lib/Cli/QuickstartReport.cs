using System.Globalization;
using F2Net.Evaluation;
using F2Net.Notebook;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Cli;

/// <summary>What quickstart leaves behind: metrics.json, metrics.md and the training curves.</summary>
internal static class QuickstartReport
{
    private const int Smoothing = 15;

    internal static void Write(
        string folder,
        RunFolder run,
        IReadOnlyList<(string Name, SegmentationMetrics Metrics)> rows,
        double trainingSeconds,
        double totalSeconds
    )
    {
        var protocol = new
        {
            dataSet = run.DataSet.Name,
            split = "test",
            size = "whole tiles, 2448 x 2448",
            batch = 1,
            dtype = "float32",
            device = Machine.Processor,
            threads = get_num_threads(),
            seed = run.Recipe.Seed,
            steps = run.Recipe.Iterations,
            commit = Machine.Commit(Project.Root),
            trainingSeconds = Math.Round(trainingSeconds, 1),
            totalSeconds = Math.Round(totalSeconds, 1),
            peakMemoryMB = Machine.PeakMemory / 1_000_000,
        };
        JsonFile.Write(
            Path.Combine(folder, "metrics.json"),
            new
            {
                protocol,
                network = run.Network,
                recipe = run.Recipe,
                scores = rows.ToDictionary(r => r.Name, r => r.Metrics),
            }
        );
        var table =
            $"{MetricsTable.Of(rows)}\n{protocol.dataSet}, {protocol.split}: {protocol.size}. Nano, {protocol.steps} steps, seed {protocol.seed}, "
            + $"{protocol.dtype} on {protocol.threads} threads of {protocol.device}; training {protocol.trainingSeconds:F0} s, "
            + $"all {protocol.totalSeconds:F0} s, peak memory {protocol.peakMemoryMB} MB; commit {protocol.commit}.\n";
        OutputFile.Write(Path.Combine(folder, "metrics.md"), partial => File.WriteAllText(partial, table));
        OutputFile.Write(Path.Combine(folder, "curves.svg"), partial => File.WriteAllText(partial, LineChart.ToSvg(Curves(run.History()))));
    }

    private static Figure Curves(IReadOnlyList<TrainingRecord> history)
    {
        var steps = history.Select(r => (double)r.Step).ToArray();
        Series Line(string name, Func<TrainingRecord, double> of) =>
            new Series(name, steps, [.. history.Select(of)]).Smoothed(Math.Min(Smoothing, history.Count | 1));
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"F2Net Nano: losses and gradient norms (mean over {Smoothing} steps)"),
            "optimiser step",
            [
                new Panel("loss (nats)", [Line("total", r => r.Total), Line("cross-entropy", r => r.Task), Line("CFAL", r => r.Alignment)]),
                new Panel(
                    "gradient norm of each branch's last block",
                    [.. history[0].GradientNorms.Keys.Select(b => Line($"{b} branch", r => r.GradientNorms[b]))],
                    LogY: true
                ),
                new Panel("learning rate", [Line("learning rate", r => r.LearningRate)]),
            ]
        );
    }
}
