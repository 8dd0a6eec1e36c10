using F2Net.Data;
using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Tests.Data;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Studies.Running;

public sealed class StudyRunnerTests : IDisposable
{
    private static readonly StudyPreset Preset = new(
        "tiny",
        classes => F2NetConfig.Nano(classes) with { HighDims = [16, 16, 16, 16], LongDepth = 1 },
        new()
        {
            Iterations = 4,
            Optimizer = OptimizerKind.AdamW,
            CheckpointEvery = 100,
            Sampling = new()
            {
                CropSize = 64,
                BatchSize = 1,
                ContextSizes = [72],
                ContextBudget = 64,
            },
        }
    );

    private static readonly Study Pair = new(
        "pair",
        "A pair",
        "Does the pair work?",
        [new("add", "add") { Network = n => n with { Fusion = FusionKind.Add } }, StudyRow.Full]
    );

    private readonly TempFolder folder = new();
    private readonly PreparedDataSet data;

    public StudyRunnerTests()
    {
        foreach (var split in (string[])["train", "val", "test"])
            TestDataSet.Write(folder, split, pictures: 1, width: 80, height: 72);
        data = PreparedDataSet.Open(folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Two_rows_and_two_seeds_are_four_results_seed_by_seed()
    {
        var (store, runs) = (Store("results"), Plan([1, 2]));
        var order = new List<string>();
        Assert.Empty(Runner(store).Run(runs, at => order.Add(at.Run.ToString())));
        Assert.Equal(["add, seed 1", "full, seed 1", "add, seed 2", "full, seed 2"], order.Distinct());

        var results = store.Load();
        Assert.Equal(4, results.All.Count);
        var one = results.Of(runs[0])!;
        Assert.Equal(
            ("pair", "add", 1, "tiny", "Test", "abc", "float32"),
            (one.Study, one.Row, one.Seed, one.Preset, one.DataSet, one.Commit, one.Dtype)
        );
        Assert.Equal(FusionKind.Add, one.Network.Fusion);
        Assert.Equal([1, 2, 3, 4], one.Curve.Select(c => c.Step));
        Assert.Equal(80 * 72, one.Test!.Confusion.Sum(row => row.Sum()));
        Assert.Equal(one.Test.Metrics.Classes[1].Hits, one.Test.Confusion[1][1]);
        Assert.False(Directory.Exists(store.TrainingFolder(runs[0])));
    }

    [Fact]
    public void A_study_that_was_stopped_comes_to_the_same_numbers()
    {
        var runs = Plan([1]);
        Runner(Store("whole")).Run(runs);
        using var stop = new CancellationTokenSource();
        var stopped = Store("stopped");
        Assert.Throws<OperationCanceledException>(() =>
            Runner(stopped)
                .Run(
                    runs,
                    at =>
                    {
                        if (at is { Run.Row.Name: "full", Step: 2 })
                            stop.Cancel();
                    },
                    stop.Token
                )
        );
        Assert.Equal(["full"], stopped.Load().Missing(runs).Select(r => r.Row.Name));

        var steps = new List<int>();
        new StudyRunner(stopped, data, "def").Run(runs, at => steps.Add(at.Step));
        Assert.Equal(2, steps[0]);
        Assert.Equal(Numbers(Store("whole"), runs), Numbers(stopped, runs));
        Assert.Equal(["abc", "abc, def"], runs.Select(run => stopped.Load().Of(run)!.Commit));
    }

    [Fact]
    public void Two_runners_share_the_runs()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        var others = new List<string>();
        IReadOnlyList<StudyRun>? left = null;
        // While the first has its first run, a second comes along: it does all the others.
        Runner(store)
            .Run(
                runs,
                at =>
                {
                    if (left is null)
                        left = Runner(store).Run(runs, other => others.Add(other.Run.Row.Name));
                    Assert.Equal("add", at.Run.Row.Name);
                }
            );
        Assert.Equal("add", Assert.Single(left!).Row.Name);
        Assert.Equal(["full"], others.Distinct());
        Assert.Equal(2, store.Load().All.Count);
    }

    [Fact]
    public void A_lock_whose_process_died_holds_nothing()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        File.WriteAllText(folder.File(Path.GetRelativePath(folder.Path, store.TrainingFolder(runs[0]) + ".lock")), "");
        Assert.Empty(Runner(store).Run(runs));
    }

    [Fact]
    public void What_is_done_is_not_done_again()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        Runner(store).Run(runs);
        Runner(store).Run(runs, _ => Assert.Fail("A run began."));
        Assert.Equal(
            0,
            StudyEstimate
                .Of(runs, store.Load(), Machine.Processor, get_num_threads(), _ => throw new InvalidOperationException())
                .Left.TotalSeconds
        );
    }

    [Fact]
    public void A_result_of_another_recipe_is_none()
    {
        var store = Store("results");
        Runner(store).Run(Plan([1]));
        var longer = Preset with { Recipe = Preset.Recipe with { Iterations = 5 } };
        Assert.Equal(2, store.Load().Missing(StudyRun.Plan(Pair, Pair.Rows, [1], longer, 3)).Count);
    }

    [Fact]
    public void Rows_that_come_to_the_same_share_a_run()
    {
        var study = Pair with { Rows = [.. Pair.Rows, new("same", "the same as full")] };
        var runs = StudyRun.Plan(study, study.Rows, [1], Preset, 3);
        Assert.Equal(["add", "full"], runs.Select(r => r.Row.Name));
        var store = Store("results");
        Runner(store).Run(runs);
        Assert.Equal("full", store.Load().Of(StudyRun.Of(study, study.Rows[2], 1, Preset, 3))!.Row);
    }

    [Fact]
    public void Rows_that_apply_the_same_weights_share_a_training_and_are_compared_within_it()
    {
        StudyRow patches = new("patches", "in patches") { Inference = new Patches(48), ComparedWith = new WholeImage() };
        StudyRow alone = new("alone", "alone") { Inference = new Patches(48, alone: true), ComparedWith = new WholeImage() };
        var study = Pair with { Rows = [patches, StudyRow.Full, alone] };
        var runs = StudyRun.Plan(study, study.Rows, [1], Preset, 3);
        Assert.Equal(4, StudyRun.Steps(runs));
        var store = Store("results");
        var steps = new List<int>();
        Runner(store).Run(runs, at => steps.Add(at.Step));
        Assert.Equal([0, 1, 2, 3], steps.Where(step => step < 4));

        var results = runs.Select(run => store.Load().Of(run)!).ToList();
        Assert.Equal(["patches of 48", "whole image", "patches of 48, each alone"], results.Select(r => r.Inference));
        Assert.Equal(["whole image", null, "whole image"], results.Select(r => r.ComparedWith?.Inference));
        Assert.Single(results.Select(r => JsonFile.Line(r.Curve)).Distinct());
        Assert.All([results[0], results[2]], r => Assert.Equal(JsonFile.Line(results[1].Test), JsonFile.Line(r.ComparedWith!.Test)));
        Assert.NotEqual(JsonFile.Line(results[0].Test), JsonFile.Line(results[1].Test));
        var row = StudyTable.Of(study, Preset, 3, "Test", store.Load()).Rows[0];
        Assert.Equal(results[0].TestMeanIoU - results[1].TestMeanIoU, row.Difference!.Mean, 1e-12);
    }

    [Fact]
    public void A_row_compared_within_a_training_has_its_difference_without_the_full_network_s_result()
    {
        StudyRow patches = new("patches", "in patches") { Inference = new Patches(48), ComparedWith = new WholeImage() };
        var study = Pair with { Rows = [patches, StudyRow.Full] };
        var row = Assert.Single(MadeUpResults.Table(study, (patches, 1, 0.5)).Rows, r => r.Row.Name == "patches");
        Assert.Equal(0, row.Difference!.Mean);
    }

    [Fact]
    public void A_loss_that_is_lost_is_a_result_with_its_reason()
    {
        var lost = Preset with { Recipe = Preset.Recipe with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e30 } };
        var store = new StudyStore(folder.File("results"), lost, data.Info);
        var runs = StudyRun.Plan(Pair, Pair.Rows, [1], lost, 3);
        Runner(store).Run(runs);
        var result = store.Load().Of(runs[1])!;
        Assert.Matches("^The loss became (NaN|Infinity) at step [2-4]\\.$", result.Failure);
        Assert.Null(result.Test);
        Assert.Single(StudyTable.Of(Pair, lost, 3, "Test", store.Load()).Rows[1].Failures);
    }

    [Fact]
    public void A_few_steps_say_how_long_a_study_takes()
    {
        var runs = Plan([1, 2]);
        var pace = StudyPace.Probe(runs[0], data);
        Assert.True(pace is { Step: > 0, Evaluation: > 0, Probed: true });
        var estimate = StudyEstimate.Of(runs, Store("results").Load(), Machine.Processor, get_num_threads(), _ => pace);
        Assert.Equal((4, 0), (estimate.Runs, estimate.Done));
        Assert.Equal(4 * (4 * pace.Step + pace.Evaluation), estimate.Left.TotalSeconds, 1e-3);
    }

    [Fact]
    public void Runs_of_another_machine_or_with_other_threads_do_not_say_how_long_a_study_takes_here()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        Runner(store).Run([runs[0]]);
        var pace = new StudyPace(Step: 2, Evaluation: 1, Probed: true);
        foreach (var (device, threads) in new[] { ("another", get_num_threads()), (Machine.Processor, get_num_threads() + 1) })
            Assert.Equal(4 * 2 + 1, StudyEstimate.Of(runs, store.Load(), device, threads, _ => pace).Left.TotalSeconds, 1e-3);
    }

    [Fact]
    public void A_run_done_again_lands_within_the_spread_of_its_row()
    {
        var (store, runs) = (Store("results"), Plan([1, 2]));
        Runner(store).Run(runs);
        var file = store.FileOf(runs[1]);
        var check = StudyCheck.Begin(StudyResult.Read(file), store.Load(), file);
        var again = check.With(Runner(store).Do(runs[1], folder.File("again")));
        Assert.Equal(again.Before, again.Again!.Value, 1e-3);
        Assert.True(again.Holds);
        Assert.False((check with { Again = again.Range.High + 0.01 }).Holds);
    }

    [Fact]
    public void A_run_that_fails_when_done_again_does_not_hold_and_says_why()
    {
        var result = MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5);
        var check = StudyCheck.Begin(result, new([result, result with { Seed = 2 }]), "full/seed-1.json");
        var again = check.With(MadeUpResults.Of(Pair, StudyRow.Full, 1, 0, failure: "The loss became NaN at step 7."));
        Assert.Equal((null, "The loss became NaN at step 7.", false), (again.Again, again.Failure, again.Holds));
    }

    [Fact]
    public void Refuses_to_check_a_result_whose_row_has_none_in_the_project()
    {
        var result = MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5);
        Assert.Equal(
            "full/seed-1.json: its row has no result among the project's; run a second seed first.",
            Assert.Throws<UserException>(() => StudyCheck.Begin(result, new([]), "full/seed-1.json")).Message
        );
    }

    [Fact]
    public void Refuses_to_check_a_row_of_one_seed()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        Runner(store).Run(runs);
        var file = store.FileOf(runs[0]);
        Assert.Equal(
            $"{file}: its row has 1 seed, which says nothing of spread; run a second seed first.",
            Assert.Throws<UserException>(() => StudyCheck.Begin(StudyResult.Read(file), store.Load(), file)).Message
        );
    }

    [Theory]
    [InlineData("public domain", 1, true)]
    [InlineData("public domain", 2, false)]
    [InlineData("CC0 1.0 (public domain)", 1, false)]
    public void Keeps_the_main_table_s_masks_of_seed_1_where_the_pictures_are_free(string licence, int seed, bool kept)
    {
        File.WriteAllText(
            folder.File("dataset.json"),
            TestDataSet.Json.Replace("\"Test\",", $"\"Test\", \"licence\": \"{licence}\",", StringComparison.Ordinal)
        );
        var free = PreparedDataSet.Open(folder.Path);
        var store = new StudyStore(folder.File("results"), Preset, free.Info);
        new StudyRunner(store, free, "abc").Run(Plan([seed]));

        foreach (var run in Plan([seed]))
        {
            var result = store.Load().Of(run)!;
            Assert.Equal(kept && run.Row.Name == "full", StudyMasks.Kept(store, result));
            if (!StudyMasks.Kept(store, result))
                continue;
            var (mask, truth) = (StudyMasks.Read(store, result, "0"), free.Split("test").Samples[0].Mask);
            Assert.Equal((80, 72), (mask.Width, mask.Height));
            Assert.Equal(result.Test!.Metrics.PixelAccuracy, mask.Ids.Zip(truth.Ids).Count(p => p.First == p.Second) / (80.0 * 72), 1e-9);
        }
    }

    [Fact]
    public void Refuses_a_folder_with_results_of_another_data_set()
    {
        MadeUpResults.Write(folder.File("results"), MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5, dataSet: "test?"), "test");
        var store = new StudyStore(folder.File("results"), StudyPreset.Nano, data.Info);
        Assert.Equal(
            $"{store.Folder} has results of the data set test?, not of Test; give one of them another name in its dataset.json.",
            Assert.Throws<UserException>(() => store.Load()).Message
        );
    }

    [Theory]
    [InlineData("Blue Marble 5", "blue-marble-5")]
    [InlineData("Дубай, 屋顶", "дубай-屋顶")]
    public void A_data_set_s_folder_has_its_name_s_letters_whatever_they_are(string name, string slug) =>
        Assert.Equal(Path.Combine("results", "nano", slug), StudyStore.FolderOf("results", StudyPreset.Nano, name));

    [Fact]
    public void Refuses_a_data_set_s_name_without_letters() =>
        Assert.Equal(
            "The data set's name, '?', has no letter to name a folder after; give it another one in dataset.json.",
            Assert.Throws<UserException>(() => StudyStore.FolderOf("results", StudyPreset.Nano, "?")).Message
        );

    [Theory]
    [InlineData("test", "scored")]
    [InlineData("train", "trained")]
    public void Refuses_to_go_on_with_other_pictures_under_the_same_name(string split, string used)
    {
        Runner(Store("results")).Run(Plan([1]));
        TestDataSet.Write(folder, split, pictures: 2, width: 80, height: 72);
        var more = PreparedDataSet.Open(folder.Path);
        var store = new StudyStore(folder.File("results"), Preset, more.Info);
        Assert.Equal(
            $"Row add, seed 1, of Test was {used} on other pictures of {split} than there are now; give this data set another name in its dataset.json, or move the results away.",
            Assert.Throws<UserException>(() => new StudyRunner(store, more, "abc").Run(Plan([1]))).Message
        );
    }

    [Fact]
    public void Refuses_a_damaged_result()
    {
        var file = folder.File("results/tiny/test/full/seed-1.json");
        File.WriteAllText(file, """{"study": "pair",""");
        Assert.Equal(
            $"{file}: line 1 is not what is expected there; correct the file.",
            Assert.Throws<UserException>(() => Store("results").Load()).Message
        );
    }

    private StudyStore Store(string name) => new(folder.File(name), Preset, data.Info);

    private StudyRunner Runner(StudyStore store) => new(store, data, "abc");

    private static IReadOnlyList<StudyRun> Plan(IReadOnlyList<int> seeds) => StudyRun.Plan(Pair, Pair.Rows, seeds, Preset, 3);

    private static IEnumerable<(double, double)> Numbers(StudyStore store, IReadOnlyList<StudyRun> runs)
    {
        var results = store.Load();
        return runs.SelectMany(run => results.Of(run)!.Curve.Select(c => (c.Total, results.Of(run)!.Test!.Metrics.Mean.IoU)));
    }
}
