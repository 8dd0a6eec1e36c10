namespace F2Net.Notebook;

/// <summary>One line of a chart: points (X[i], Y[i]) in order of x. A NaN in Y, or a value ≤ 0 on a logarithmic axis, breaks the line there.</summary>
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

/// <summary>One pair of axes with its lines.</summary>
/// <param name="YLabel">Quantity and unit, as "cross-entropy (nats)".</param>
/// <param name="LogY">Whether the y axis is logarithmic.</param>
public sealed record Panel(string YLabel, IReadOnlyList<Series> Series, bool LogY = false);

/// <summary>Panels stacked over one another that share their x axis.</summary>
/// <param name="XLabel">Quantity and unit, as "iteration".</param>
public sealed record Figure(string Title, string XLabel, IReadOnlyList<Panel> Panels);
