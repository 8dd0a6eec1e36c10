using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Studies.Running;

public sealed class StudyRunnerTests : TinyStudyTests
{
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
        new StudyRunner(stopped, Data, "def").Run(runs, at => steps.Add(at.Step));
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
        var alone = patches with { Name = "alone", Inference = new Patches(48, alone: true) };
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
    public void A_loss_that_is_lost_is_a_result_with_its_reason()
    {
        var lost = Preset with { Recipe = Preset.Recipe with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e30 } };
        var store = new StudyStore(Folder.File("results"), lost, Data.Info);
        var runs = StudyRun.Plan(Pair, Pair.Rows, [1], lost, 3);
        Runner(store).Run(runs);
        var result = store.Load().Of(runs[1])!;
        Assert.Matches("^The loss became (NaN|Infinity) at step [2-4]\\.$", result.Failure);
        Assert.Null(result.Test);
        Assert.Single(StudyTable.Of(Pair, lost, 3, "Test", store.Load()).Rows[1].Failures);
    }

    private static IEnumerable<(double, double)> Numbers(StudyStore store, IReadOnlyList<StudyRun> runs)
    {
        var results = store.Load();
        return runs.SelectMany(run => results.Of(run)!.Curve.Select(c => (c.Total, results.Of(run)!.Test!.Metrics.Mean.IoU)));
    }
}
