using F2Net.Cli;
using F2Net.Data;
using F2Net.Model;
using F2Net.Studies;
using F2Net.Tests.Data;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Cli;

public sealed class StudyCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lists_every_study_with_its_rows()
    {
        var (code, output, error) = CommandLineTests.F2Net("study", "--list");
        Assert.Equal((0, ""), (code, error));
        Assert.All(Catalogue.Studies, s => Assert.Contains($"{s.Name}: {s.Question}", output, StringComparison.Ordinal));
        Assert.All(Catalogue.Rows, r => Assert.Contains($"    {r.Name} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_result_that_comes_out_again_is_a_success_and_another_one_a_failure()
    {
        var tiny = new StudyPreset(
            "nano",
            F2NetConfig.Nano,
            new()
            {
                Iterations = 2,
                Sampling = new() { CropSize = 64, BatchSize = 1 },
            }
        );
        foreach (var split in (string[])["train", "val", "test"])
            TestDataSet.Write(folder, split, pictures: 1, width: 80, height: 72);
        var data = PreparedDataSet.Open(folder.Path);
        var store = new StudyStore(folder.File("results"), tiny, data.Info);
        var runs = StudyRun.Plan(Catalogue.Find("fusion"), [StudyRow.Full], [1, 2], tiny, 3);
        new StudyRunner(store, data, "abc").Run(runs);
        Assert.Equal(0, Check());

        foreach (var file in runs.Select(store.FileOf))
            JsonFile.Write(file, BetterByHalf(StudyResult.Read(file)));
        Assert.Equal(1, Check());

        int Check() => StudyCheckRun.Do(store.FileOf(runs[0]), folder.File("results"), data, CPU, default);
    }

    private static StudyResult BetterByHalf(StudyResult result)
    {
        var (test, metrics) = (result.Test!, result.Test!.Metrics);
        return result with { Test = test with { Metrics = metrics with { Mean = metrics.Mean with { IoU = metrics.Mean.IoU + 0.5 } } } };
    }
}
