using F2Net.Benchmarks;
using static TorchSharp.torch;

namespace F2Net.Tests.Benchmarks;

public class TimingTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2.0)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7.0)]
    public void The_median_lies_in_the_middle_and_the_ends_are_kept(double[] seconds, double median)
    {
        var timing = Timing.Of(2, seconds);
        Assert.Equal((2, seconds.Length, median), (timing.WarmUp, timing.Runs, timing.MedianSeconds));
        Assert.Equal((seconds.Min(), seconds.Max()), (timing.MinimumSeconds, timing.MaximumSeconds));
    }

    [Fact]
    public void What_is_quick_runs_as_often_as_the_plan_allows()
    {
        var runs = 0;
        var timing = new RunPlan(60, 3, 7, 2).Measure(() => runs++, CPU);
        Assert.Equal((2, 7, 9), (timing.WarmUp, timing.Runs, runs));
    }

    [Fact]
    public void What_is_slow_runs_as_seldom_as_the_plan_allows()
    {
        var told = new List<(int, int)>();
        var timing = new RunPlan(0.001, 3, 50, 3).Measure(() => Thread.Sleep(5), CPU, (done, planned) => told.Add((done, planned)));
        Assert.Equal((1, 3), (timing.WarmUp, timing.Runs));
        Assert.Equal([(1, 4), (2, 4), (3, 4), (4, 4)], told);
    }

    [Fact]
    public void The_paper_s_plan_is_300_runs_after_100()
    {
        var timing = RunPlan.Paper.Measure(() => { }, CPU);
        Assert.Equal((100, 300), (timing.WarmUp, timing.Runs));
    }

    [Fact]
    public void Stops_between_two_runs_when_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var runs = 0;
        void Work()
        {
            if (++runs == 2)
                cancellation.Cancel();
        }
        Assert.Throws<OperationCanceledException>(() => RunPlan.Usual.Measure(Work, CPU, cancellation: cancellation.Token));
        Assert.Equal(2, runs);
    }
}
