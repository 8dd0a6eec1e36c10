using System.Text.Json.Serialization;

namespace F2Net.Evaluation;

/// <summary>How well a class was found. A class in neither truth nor prediction has no scores; otherwise 0 / 0 counts as 0.</summary>
/// <param name="Hits">Pixels of the class that were predicted as such.</param>
/// <param name="Truth">Pixels of the class.</param>
/// <param name="Predicted">Pixels that were predicted as the class.</param>
public sealed record ClassScore(string Name, long Hits, long Truth, long Predicted)
{
    [JsonIgnore]
    public bool IsAbsent => Truth == 0 && Predicted == 0;

    /// <summary>Intersection over union: hits over all pixels that are, or were taken for, the class.</summary>
    [JsonPropertyName("iou")]
    public double? IoU => Of(Hits, Truth + Predicted - Hits);

    public double? F1 => Of(2 * Hits, Truth + Predicted);

    public double? Precision => Of(Hits, Predicted);

    public double? Recall => Of(Hits, Truth);

    private double? Of(long part, long whole) =>
        IsAbsent ? null
        : whole == 0 ? 0
        : (double)part / whole;
}

/// <summary>The plain mean of classes' scores.</summary>
/// <param name="Over">The classes it counts.</param>
public sealed record MeanScore([property: JsonPropertyName("iou")] double IoU, double F1, IReadOnlyList<string> Over)
{
    /// <summary>Null for no class.</summary>
    internal static MeanScore? Of(IReadOnlyList<ClassScore> scores) =>
        scores.Count == 0
            ? null
            : new MeanScore(scores.Average(s => s.IoU!.Value), scores.Average(s => s.F1!.Value), [.. scores.Select(s => s.Name)]);
}

/// <summary>The scores of a segmentation; writes as JSON.</summary>
/// <param name="Classes">By class id.</param>
/// <param name="Mean">mIoU and mF1 over the classes that dataset.json counts and that occur in truth or prediction.</param>
/// <param name="MeanWithout">The same without dataset.json's alsoWithout; null where it names none.</param>
/// <param name="PixelAccuracy">Share of all labelled pixels that are right.</param>
/// <param name="Absent">Classes in neither truth nor prediction: no mean counts them.</param>
public sealed record SegmentationMetrics(
    IReadOnlyList<ClassScore> Classes,
    MeanScore Mean,
    MeanScore? MeanWithout,
    double PixelAccuracy,
    IReadOnlyList<string> Absent
)
{
    /// <summary>A class's scores by its name.</summary>
    public ClassScore this[string name] => Classes.Single(c => c.Name == name);

    /// <summary>Which classes a mean is over, for a table's head: "all 5 classes", "both classes", "building only", "without urban".</summary>
    public string Describe(MeanScore mean)
    {
        var without = Classes.Select(c => c.Name).Except(mean.Over, StringComparer.Ordinal).ToList();
        if (without.Count == 0)
            return Classes.Count == 2 ? "both classes" : $"all {Classes.Count} classes";
        return mean.Over.Count == 1 ? $"{mean.Over[0]} only" : $"without {string.Join(", ", without)}";
    }
}
