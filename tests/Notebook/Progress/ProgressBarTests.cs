using F2Net.Notebook.Progress;

namespace F2Net.Tests.Notebook.Progress;

public class ProgressBarTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Tells_the_time_left_from_the_steps_so_far()
    {
        var bar = new ProgressBar("Evaluating", 40, clock);
        Assert.Equal("Evaluating 0 of 40, 0 %", bar.ToString());
        clock.Pass(10);
        (bar.Done, bar.Note) = (10, "alaska.png");
        Assert.Equal("Evaluating 10 of 40, 25 %, 0:30 left alaska.png", bar.ToString());
        clock.Pass(3600);
        bar.Done = 20;
        Assert.Equal("Evaluating 20 of 40, 50 %, 1:00:10 left alaska.png", bar.ToString());
        bar.Done = 40;
        Assert.Equal("Evaluating 40 of 40, 100 %, took 1:00:10 alaska.png", bar.ToString());
    }

    [Fact]
    public void How_long_it_took_stays_when_it_is_shown_again_later()
    {
        var bar = new ProgressBar("Training", 2, clock);
        clock.Pass(5);
        bar.Done = 2;
        Assert.EndsWith("took 0:05", bar.ToString());
        clock.Pass(60);
        Assert.EndsWith("took 0:05", bar.ToString());
    }

    [Fact]
    public void Steps_done_before_do_not_count_into_the_speed()
    {
        var bar = new ProgressBar("Training", 100, clock);
        bar.StartAt(90);
        clock.Pass(5);
        bar.Done = 95;
        Assert.Contains("0:05 left", bar.ToString());
    }

    [Fact]
    public void Is_due_twice_a_second_at_most_and_always_at_the_end()
    {
        var bar = new ProgressBar("Training", 100, clock);
        Assert.True(bar.IsDue);
        Bundle.Of(bar);
        Assert.False(bar.IsDue);
        var updates = 0;
        for (bar.Done = 1; bar.Done < 100; bar.Done++)
        {
            clock.Pass(0.1);
            if (!bar.IsDue)
                continue;
            Bundle.Of(bar);
            updates++;
        }
        Assert.InRange(updates, 16, 20);
        Assert.True(bar.IsDue);
    }

    [Fact]
    public void Its_bar_is_as_long_as_its_share_and_never_longer_than_the_whole()
    {
        var bar = new ProgressBar("a < b", 8, clock) { Done = 3 };
        Assert.Contains("width:37.5%", Bundle.Of(bar)["text/html"]);
        Assert.Contains("a &lt; b", Bundle.Of(bar)["text/html"]);
        bar.Done = 9;
        Assert.Contains("width:100%", Bundle.Of(bar)["text/html"]);
    }

    [Fact]
    public void Refuses_a_bar_of_no_steps() => Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressBar("Training", 0));
}
