using System.Text;
using System.Text.Json.Nodes;
using F2Net.Model;
using F2Net.Notebook.Progress;
using F2Net.Training;

namespace F2Net.Tests.Notebook.Progress;

public class TrainingCurvesTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Shows_only_progress_before_the_first_step()
    {
        var html = Bundle.Of(new TrainingCurves(420, clock))["text/html"];
        Assert.Contains("0 of 420", html);
        Assert.Empty(TestPictures.Embedded(html));
    }

    [Fact]
    public void While_the_run_goes_on_it_is_a_picture_without_scripts_with_the_time_left()
    {
        var curves = new TrainingCurves(10, clock);
        for (var step = 1; step <= 5; step++)
        {
            curves.Add(Record(step));
            clock.Pass(1);
        }
        var html = Bundle.Of(curves)["text/html"];
        Assert.Contains("5 of 10, 50 %, 0:05 left", html);
        Assert.Contains("loss 1.200, 8.0 images/s", html);
        Assert.DoesNotContain("<script", html);
        var svg = Encoding.UTF8.GetString(TestPictures.Embedded(html).Single().File);
        Assert.All(["cross-entropy", "CFAL", "CFBL", "Long branch", "learning rate"], name => Assert.Contains(name, svg));
    }

    [Fact]
    public void The_last_one_is_plotly_jss_chart()
    {
        var curves = new TrainingCurves(3, clock);
        for (var step = 1; step <= 3; step++)
            curves.Add(Record(step));
        Assert.True(curves.IsDue);
        Assert.Contains("Plotly.newPlot", Bundle.Of(curves)["text/html"]);
    }

    [Fact]
    public void A_resumed_run_tells_its_own_speed()
    {
        var curves = new TrainingCurves(110, clock);
        for (var step = 101; step <= 105; step++)
        {
            curves.Add(Record(step));
            clock.Pass(2);
        }
        Assert.Contains("0:10 left", curves.ToString());
    }

    [Theory]
    [InlineData(420, 420)]
    [InlineData(1234, 412)]
    [InlineData(80_000, 500)]
    public void A_long_run_stays_light(int steps, int points)
    {
        var history = Enumerable.Range(1, steps).Select(Record).ToList();
        var x = JsonNode.Parse(TrainingCurves.Of("Run", history).ToPlotlyJson())!["data"]![0]!["x"]!.AsArray();
        Assert.Equal(points, x.Count);
        Assert.InRange((double)x[^1]!, 0.99 * steps, steps);
    }

    [Fact]
    public void Refuses_a_run_without_steps() =>
        Assert.Equal(
            "'Run' has no training records to draw. (Parameter 'history')",
            Assert.Throws<ArgumentException>(() => TrainingCurves.Of("Run", [])).Message
        );

    private static TrainingRecord Record(int step) =>
        new(
            step,
            Total: 1 + 1.0 / step,
            Task: 1,
            Alignment: 0.2,
            Balance: 0.1,
            new Dictionary<Branch, double>
            {
                [Branch.High] = 1,
                [Branch.Short] = 0.1,
                [Branch.Long] = 0.01,
            },
            LearningRate: 1e-3,
            Images: 8,
            Seconds: 1
        );
}
