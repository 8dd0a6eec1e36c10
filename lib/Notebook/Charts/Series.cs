namespace F2Net.Notebook.Charts;

/// <summary>
/// Named points (X[i], Y[i]). Drawn as a line they are in order of x, and a NaN in Y, or a value ≤ 0 on a logarithmic axis, breaks it.
/// </summary>
public sealed record Series
{
    /// <exception cref="ArgumentException">X and Y differ in length.</exception>
    public Series(string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count)
            throw new ArgumentException($"Series '{name}' has {x.Count} x values but {y.Count} y values.", nameof(y));
        (Name, X, Y) = (name, x, y);
    }

    /// <summary>What the legend calls it; series of one name share a colour in all panels of a figure.</summary>
    public string Name { get; }

    public IReadOnlyList<double> X { get; }

    public IReadOnlyList<double> Y { get; }

    /// <summary>
    /// The same series averaged over a centred window that shrinks at both ends, so that nothing is shifted and the ends stay where they are.
    /// </summary>
    /// <param name="window">Number of points, odd; 1 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is even or below 1.</exception>
    public Series Smoothed(int window)
    {
        if (window < 1 || window % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(window), window, "A smoothing window must be odd and at least 1.");
        var means = new double[Y.Count];
        for (var i = 0; i < means.Length; i++)
        {
            var half = Math.Min(window / 2, Math.Min(i, means.Length - 1 - i));
            means[i] = Y.Skip(i - half).Take(2 * half + 1).Average();
        }
        return new(Name, X, means);
    }
}
