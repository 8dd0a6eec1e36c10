using F2Net.Data;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;

namespace F2Net.Tests.Training;

/// <summary>A tiny data set, and runs on it.</summary>
internal sealed class TrainedRuns : IDisposable
{
    public static readonly F2NetConfig Network = F2NetConfig.Nano(3) with { HighDropPath = 0.2 };
    public static readonly TrainingRecipe Recipe = new()
    {
        Iterations = 6,
        Optimizer = OptimizerKind.AdamW,
        CheckpointEvery = 100,
        Sampling = new()
        {
            CropSize = 64,
            BatchSize = 2,
            ContextSizes = [96],
        },
    };

    public TrainedRuns()
    {
        TestDataSet.Write(Folder, "train", pictures: 2, width: 128, height: 96);
        Data = PreparedDataSet.Open(Folder.Path);
    }

    public TempFolder Folder { get; } = new();

    public PreparedDataSet Data { get; }

    /// <summary>Trains a run, or trains it on.</summary>
    public RunFolder Train(string name, TrainingRecipe recipe, int steps)
    {
        var path = Path.Combine(Folder.Path, name);
        var run = Directory.Exists(path) ? RunFolder.Open(path) : RunFolder.Create(path, Network, recipe, Data);
        using var cancellation = new CancellationTokenSource();
        using var trainer = new Trainer(run, Data);
        var last = trainer.Iteration + steps;
        foreach (var record in trainer.Run(cancellation.Token))
            if (record.Step == last)
                cancellation.Cancel();
        return run;
    }

    public void Dispose() => Folder.Dispose();
}
