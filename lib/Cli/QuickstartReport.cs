using F2Net.Evaluation;
using F2Net.Notebook.Progress;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Cli;

/// <summary>What quickstart leaves behind: metrics.json, metrics.md and the training curves.</summary>
internal static class QuickstartReport
{
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
        var curves = TrainingCurves.Of("F2Net Nano: losses and gradient norms", run.History());
        OutputFile.Write(Path.Combine(folder, "curves.svg"), partial => File.WriteAllText(partial, curves.ToSvg()));
    }
}
