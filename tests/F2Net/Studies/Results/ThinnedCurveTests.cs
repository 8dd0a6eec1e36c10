using F2Net.Model;
using F2Net.Studies.Results;
using F2Net.Training;

namespace F2Net.Tests.Studies.Results;

public class ThinnedCurveTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(60, 60)]
    [InlineData(121, 41)]
    [InlineData(2240, 59)]
    public void Has_at_most_sixty_points_and_ends_with_the_last_step(int steps, int points)
    {
        var curve = ThinnedCurve.Of(History(steps));
        Assert.Equal((points, steps), (curve.Count, curve[^1].Step));
    }

    [Fact]
    public void A_point_has_its_steps_mean_losses_and_norms_the_sum_of_their_images_and_seconds_and_the_last_rate()
    {
        var point = ThinnedCurve.Of(History(121))[1]; // of steps 4, 5 and 6
        Assert.Equal((6, 5.0, 10.0), (point.Step, point.Total, point.GradientNorms[Branch.Long]));
        Assert.Equal((6, 7.5, 0.06), (point.Images, point.Seconds, point.LearningRate));
    }

    // Losses are the step's number, the norm twice that, the rate a hundredth.
    private static List<TrainingRecord> History(int steps) =>
        [
            .. Enumerable
                .Range(1, steps)
                .Select(i => new TrainingRecord(
                    i,
                    i,
                    i,
                    i,
                    i,
                    new Dictionary<Branch, double> { [Branch.Long] = 2 * i },
                    i / 100.0,
                    2,
                    2.5
                )),
        ];
}
