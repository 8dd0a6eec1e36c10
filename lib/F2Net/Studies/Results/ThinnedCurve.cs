using F2Net.Training;

namespace F2Net.Studies.Results;

/// <summary>
/// A training curve with few points, each of as many steps in a row, under the last one's number: means of losses and norms, sums of images and seconds,
/// the learning rate and the learned λ of the last.
/// </summary>
public static class ThinnedCurve
{
    private const int Points = 60,
        Digits = 5;

    public static IReadOnlyList<TrainingRecord> Of(IReadOnlyList<TrainingRecord> history) =>
        [.. history.Chunk(Math.Max(1, (history.Count + Points - 1) / Points)).Select(Mean)];

    private static TrainingRecord Mean(TrainingRecord[] steps) =>
        steps[^1] with
        {
            Total = Rounded(steps.Average(s => s.Total)),
            Task = Rounded(steps.Average(s => s.Task)),
            Alignment = Rounded(steps.Average(s => s.Alignment)),
            Balance = Rounded(steps.Average(s => s.Balance)),
            GradientNorms = steps[0].GradientNorms.Keys.ToDictionary(b => b, b => Rounded(steps.Average(s => s.GradientNorms[b]))),
            LearningRate = Rounded(steps[^1].LearningRate),
            Images = steps.Sum(s => s.Images),
            Seconds = Rounded(steps.Sum(s => s.Seconds)),
        };

    private static double Rounded(double value) =>
        double.Parse(
            value.ToString($"G{Digits}", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture
        );
}
