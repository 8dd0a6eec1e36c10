namespace F2Net.Studies.Reading;

/// <summary>Mean and spread of a few figures.</summary>
/// <param name="Deviation">The sample's standard deviation; null for a single figure.</param>
public sealed record Summary(int Count, double Mean, double? Deviation)
{
    // Student's t for a two-sided 95 % interval, by degrees of freedom from 1 on.
    private static readonly double[] quantiles =
    [
        12.7062,
        4.3027,
        3.1824,
        2.7764,
        2.5706,
        2.4469,
        2.3646,
        2.3060,
        2.2622,
        2.2281,
        2.2010,
        2.1788,
        2.1604,
        2.1448,
        2.1314,
    ];

    /// <summary>Half the length of the mean's 95 % interval, by Student's t; null for a single figure.</summary>
    public double? HalfInterval => Deviation is { } d ? Quantile(Count - 1) * d / Math.Sqrt(Count) : null;

    /// <summary>Null for no figure.</summary>
    public static Summary? Of(IReadOnlyCollection<double> figures)
    {
        if (figures.Count == 0)
            return null;
        var mean = figures.Average();
        return new(
            figures.Count,
            mean,
            figures.Count == 1 ? null : Math.Sqrt(figures.Sum(f => (f - mean) * (f - mean)) / (figures.Count - 1))
        );
    }

    // Beyond the table: Student's t expanded about the normal quantile.
    private static double Quantile(int freedom) =>
        freedom <= quantiles.Length ? quantiles[freedom - 1] : 1.95996 + 2.37227 / freedom + 2.8225 / freedom / freedom;
}
