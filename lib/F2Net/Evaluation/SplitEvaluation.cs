using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Evaluation;

/// <summary>Scores of a predictor, a network or a baseline, on whole pictures.</summary>
public static class SplitEvaluation
{
    /// <summary>Segments every sample of a split and pools the pixels.</summary>
    /// <param name="seen">Gets each prediction as it is made.</param>
    /// <exception cref="UserException">A sample is faulty, or the split shows no class that the mean counts.</exception>
    public static SegmentationMetrics Run(
        Split split,
        Func<Picture, Mask> predict,
        Action<Sample, Mask>? seen = null,
        CancellationToken cancellation = default
    ) => Confusion(split, predict, seen, cancellation).Metrics();

    /// <summary>The same, as counts of pixels.</summary>
    /// <exception cref="UserException">A sample is faulty.</exception>
    public static ConfusionMatrix Confusion(
        Split split,
        Func<Picture, Mask> predict,
        Action<Sample, Mask>? seen = null,
        CancellationToken cancellation = default
    )
    {
        var confusion = new ConfusionMatrix(split.Info);
        foreach (var sample in split.Samples)
        {
            cancellation.ThrowIfCancellationRequested();
            Machine.ReleaseFreedMemory(); // what the picture before left in pieces does not fit this one's maps
            var predicted = predict(sample.Image);
            confusion.Add(predicted.Ids, sample.Mask.Ids);
            seen?.Invoke(sample, predicted);
        }

        return confusion;
    }
}
