using F2Net.Data;
using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Tests.Data;
using F2Net.Tests.Training;

namespace F2Net.Tests.Studies;

/// <summary>Tests of studies that do train: four steps of a small Nano, on one picture a split.</summary>
public abstract class TinyStudyTests : IDisposable
{
    private protected static readonly StudyPreset Preset = new(
        "tiny",
        classes => F2NetConfig.Nano(classes) with { HighDims = [16, 16, 16, 16], LongDepth = 1 },
        TrainedRuns.Recipe with
        {
            Iterations = 4,
            Sampling = TrainedRuns.Recipe.Sampling with { BatchSize = 1, ContextSizes = [72], ContextBudget = 64 },
        }
    );

    private protected static readonly Study Pair = new(
        "pair",
        "A pair",
        "Does the pair work?",
        [new("add", "add") { Network = n => n with { Fusion = FusionKind.Add } }, StudyRow.Full]
    );

    protected TinyStudyTests()
    {
        foreach (var split in (string[])["train", "val", "test"])
            TestDataSet.Write(Folder, split, pictures: 1, width: 80, height: 72);
        Data = PreparedDataSet.Open(Folder.Path);
    }

    private protected TempFolder Folder { get; } = new();

    private protected PreparedDataSet Data { get; }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static IReadOnlyList<StudyRun> Plan(IReadOnlyList<int> seeds) => StudyRun.Plan(Pair, Pair.Rows, seeds, Preset, 3);

    private protected StudyStore Store(string name) => new(Folder.File(name), Preset, Data.Info);

    private protected StudyRunner Runner(StudyStore store) => new(store, Data, "abc");
}
