using F2Net.Cli;
using F2Net.Data;
using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Tests.Data;
using static F2Net.Tests.Cli.CommandLine;
using static TorchSharp.torch;

namespace F2Net.Tests.Cli;

public sealed class StudyCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Say which study, as in f2net study branches; f2net study --list names them all.")]
    [InlineData("--threads 0: say 1 to 1024.", "branches", "--threads", "0")]
    [InlineData("--threads 100000: say 1 to 1024.", "branches", "--threads", "100000")]
    [InlineData("Study fusion has no row sum; its rows are concat, add, cross-attention, full.", "fusion", "--efficiency", "--rows", "sum")]
    [InlineData("--rows says nothing beside --check; leave it out.", "--check", "a.json", "--rows", "concat")]
    [InlineData("--size says nothing without --efficiency; leave it out.", "branches", "--size", "512")]
    [InlineData("--seeds says nothing beside --efficiency; leave it out.", "--efficiency", "--seeds", "1")]
    [InlineData("branches: --check takes no study's name; leave it out.", "branches", "--check", "a.json")]
    [InlineData("Say of which study the --rows are, as in f2net study fusion --rows concat add.", "--efficiency", "--rows", "concat")]
    [InlineData(
        "--estimate and --table do not go together: each does something else; leave one of them out.",
        "branches",
        "--table",
        "--estimate"
    )]
    [InlineData(
        "Study longer is for the preset nano, whose steps its rows count; leave paper out.",
        "longer",
        "--preset",
        "paper",
        "--table"
    )]
    public void A_study_that_cannot_be_is_one_sentence(string sentence, params string[] arguments) =>
        AssertRefused(sentence, ["study", .. arguments]);

    [Fact]
    public void Lists_every_study_with_its_rows()
    {
        var (code, output, error) = Invoke("study", "--list");
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

        TestDataSet.Write(folder, "test", pictures: 2, width: 80, height: 72);
        data = PreparedDataSet.Open(folder.Path);
        Assert.Contains(
            "was scored on other pictures of test",
            Assert.Throws<UserException>(() => Check()).Message,
            StringComparison.Ordinal
        );

        int Check() => StudyCheckRun.Do(store.FileOf(runs[0]), folder.File("results"), data, CPU, default);
    }

    private static StudyResult BetterByHalf(StudyResult result)
    {
        var (test, metrics) = (result.Test!, result.Test!.Metrics);
        return result with { Test = test with { Metrics = metrics with { Mean = metrics.Mean with { IoU = metrics.Mean.IoU + 0.5 } } } };
    }
}
