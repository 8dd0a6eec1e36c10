using F2Net.Studies.Running;
using static TorchSharp.torch;

namespace F2Net.Tests.Studies.Running;

public sealed class StudyEstimateTests : TinyStudyTests
{
    [Fact]
    public void A_few_steps_say_how_long_a_study_takes()
    {
        var runs = Plan([1, 2]);
        var pace = StudyPace.Probe(runs[0], Data);
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
}
