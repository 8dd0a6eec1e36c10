using F2Net.Kernels;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

public class TeamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Every_job_is_done_once(int jobs)
    {
        var done = new int[jobs];
        Team.Run(jobs, job => Interlocked.Increment(ref done[job]));
        Assert.All(done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void No_two_jobs_run_with_the_same_workers_memory_at_once()
    {
        var busy = new int[Team.Size];
        var met = 0;
        Team.Run(
            200,
            (worker, job) =>
            {
                if (Interlocked.Increment(ref busy[worker]) > 1)
                    Interlocked.Increment(ref met);
                Thread.SpinWait(1000);
                Interlocked.Decrement(ref busy[worker]);
            }
        );
        Assert.Equal(0, met);
    }

    [Fact]
    public void A_worker_that_is_done_takes_what_others_have_left()
    {
        var workers = new int[8];
        // The first job waits for all others: half of these lie in its worker's share.
        using var others = new CountdownEvent(7);
        Team.Run(
            8,
            (worker, job) =>
            {
                workers[job] = worker;
                if (job > 0)
                    others.Signal();
                else if (Team.Size > 1)
                    Assert.True(others.Wait(TimeSpan.FromSeconds(30)));
            }
        );
        if (Team.Size > 1)
            Assert.DoesNotContain(workers[0], workers[1..]);
    }

    [Fact]
    public void What_a_job_throws_comes_out_and_the_next_region_runs()
    {
        var thrown = Assert.ThrowsAny<Exception>(() => Team.Run(4, job => throw new InvalidOperationException("job")));
        Assert.Equal("job", (thrown as AggregateException)?.InnerException?.Message ?? thrown.Message);
        var sum = 0L;
        Team.Run(100, job => Interlocked.Add(ref sum, job));
        Assert.Equal(4950, sum);
    }

    [Fact]
    public void A_region_within_a_region_and_operators_between_them_do_their_work()
    {
        var sums = new long[4];
        Team.Run(4, i => Team.Run(50, job => Interlocked.Add(ref sums[i], job)));
        Assert.All(sums, sum => Assert.Equal(1225, sum));
        using var scope = NewDisposeScope();
        Assert.Equal(1_000_000, ones(1000, 1000).sum().item<float>());
    }
}
