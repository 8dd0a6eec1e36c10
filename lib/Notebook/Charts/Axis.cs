using System.Globalization;

namespace F2Net.Notebook.Charts;

/// <summary>Maps values to a share of an axis' length, [0, 1], and chooses where its ticks stand.</summary>
internal sealed class Axis
{
    /// <summary>The share of an axis that a label takes.</summary>
    private const double LabelShare = 0.08;

    private const int LeastTicks = 3;

    private const double Noise = 1e-9;

    private const int MostDigits = 9;

    private readonly double low,
        high;
    private readonly bool log;
    private readonly IReadOnlyList<string>? categories;
    private readonly int digits;

    private Axis(double low, double high, bool log, IReadOnlyList<double> ticks, IReadOnlyList<string>? categories = null)
    {
        (this.low, this.high, this.log, Ticks, this.categories) = (low, high, log, ticks, categories);
        // As many that neighbours read apart: 10,000,001 and 10,000,002.
        while (digits < MostDigits && ticks.Select(Number).Distinct().Count() < ticks.Count)
            digits++;
    }

    public IReadOnlyList<double> Ticks { get; }

    public bool IsCategorical => categories is not null;

    /// <summary>
    /// An axis that ends exactly at the smallest and largest value: for x. Logarithmic ones leave out values that are not positive, and where they
    /// leave room between them, as 1/4, 1/2 and 1 do, each has its tick.
    /// </summary>
    /// <param name="margin">Share of the range that is left free at either end.</param>
    public static Axis Tight(IEnumerable<double> values, bool log = false, double margin = 0)
    {
        if (log)
            return TightLogarithmic([.. values.Where(v => v > 0 && double.IsFinite(v)).Distinct().Order()], margin);
        var (low, high) = Range(values.Where(double.IsFinite));
        (low, high) = (low - margin * (high - low), high + margin * (high - low));
        return new(low, high, log, Within(LinearTicks(low, high), low, high));
    }

    private static Axis TightLogarithmic(List<double> values, double margin)
    {
        var (low, high) = LogarithmicRange(values);
        (low, high) = (low * Math.Pow(low / high, margin), high * Math.Pow(high / low, margin));
        if (HaveRoom(values))
            return new(low, high, log: true, values);
        var ticks = Within(LogarithmicTicks(low, high), low, high);
        // Of 1, 2 and 5 times a power of ten a part of a decade may hold none.
        return new(low, high, log: true, ticks.Count < LeastTicks ? Within(LinearTicks(low, high), low, high) : ticks);
    }

    private static List<double> Within(IEnumerable<double> ticks, double low, double high) => [.. ticks.Where(t => t >= low && t <= high)];

    /// <summary>An axis that ends on round numbers: for y. Logarithmic ones leave out values that are not positive.</summary>
    public static Axis Round(IEnumerable<double> values, bool log)
    {
        if (log)
            return Logarithmic(values);
        var (low, high) = Range(values.Where(double.IsFinite));
        var ticks = LinearTicks(low, high);
        return new(ticks[0], ticks[^1], log: false, ticks);
    }

    /// <summary>A slot each for names: category i lies at i.</summary>
    public static Axis Categories(IReadOnlyList<string> names) =>
        new(-0.5, names.Count - 0.5, log: false, [.. Enumerable.Range(0, names.Count).Select(i => (double)i)], names);

    /// <summary>The same with category 0 at the axis' far end: for rows.</summary>
    public static Axis CategoriesFromTop(IReadOnlyList<string> names) =>
        new(names.Count - 0.5, -0.5, log: false, [.. Enumerable.Range(0, names.Count).Select(i => (double)i)], names);

    /// <summary>A heatmap's columns or rows: cell i lies at i.</summary>
    /// <param name="fromTop">Whether cell 0 is at the axis' far end: for rows.</param>
    public static Axis Cells(int count, bool fromTop)
    {
        var (first, last) = (-0.5, count - 0.5);
        double[] ticks = [.. LinearTicks(0, Math.Max(1, count - 1)).Where(t => t >= 0 && t < count && t == Math.Floor(t))];
        return fromTop ? new(last, first, log: false, ticks) : new(first, last, log: false, ticks);
    }

    /// <summary>NaN for what the axis cannot show.</summary>
    public double Position(double value)
    {
        if (!double.IsFinite(value) || (log && value <= 0))
            return double.NaN;
        return log ? (Math.Log10(value) - Math.Log10(low)) / (Math.Log10(high) - Math.Log10(low)) : (value - low) / (high - low);
    }

    public bool IsLog => log;

    /// <summary>Whether its numbers are too small or too large to be written out.</summary>
    public bool IsWide => Ticks.Any(t => IsExtreme(Math.Abs(t)));

    public string Label(double tick) => categories is null ? Number(tick) : categories[(int)tick];

    private string Number(double value)
    {
        var more = new string('#', digits);
        var format = IsExtreme(Math.Abs(value)) ? $"0.##{more}e0" : $"#,0.######{more}";
        return value.ToString(format, CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal);
    }

    private static bool IsExtreme(double size) => size is > 0 and (< 1e-4 or >= 1e6);

    private static Axis Logarithmic(IEnumerable<double> values)
    {
        var (low, high) = LogarithmicRange(values.Where(v => v > 0 && double.IsFinite(v)));
        var first = (int)Math.Floor(Math.Log10(low));
        var last = Math.Max((int)Math.Ceiling(Math.Log10(high)), first + 1);
        return new(Math.Pow(10, first), Math.Pow(10, last), log: true, LogarithmicTicks(Math.Pow(10, first), Math.Pow(10, last)));
    }

    /// <summary>Whether each of some values, in order, can have a label on a logarithmic axis.</summary>
    private static bool HaveRoom(List<double> values) =>
        values.Count > 1
        && values.Zip(values.Skip(1)).All(v => Math.Log(v.Second / v.First) >= LabelShare * Math.Log(values[^1] / values[0]));

    /// <summary>Powers of ten, not more than seven; over less than three decades 2 and 5 times them too.</summary>
    private static List<double> LogarithmicTicks(double low, double high)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(low) + 1e-9), (int)Math.Ceiling(Math.Log10(high) - 1e-9));
        var every = (last - first + 5) / 6;
        var decades = Enumerable.Range(first, last - first + 1).Where(d => (d - first) % every == 0).Select(d => Math.Pow(10, d));
        // One or two decades alone would leave the axis nearly bare.
        return
        [
            .. Math.Log10(high / low) < 2.99
                ? decades.SelectMany(d => new[] { d, 2 * d, 5 * d }).Where(t => t <= Math.Pow(10, last))
                : decades,
        ];
    }

    /// <summary>Four to eight steps of 1, 2 or 5 times a power of ten that enclose the range.</summary>
    private static List<double> LinearTicks(double low, double high)
    {
        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step =
            power
            * (rough / power) switch
            {
                < 1.5 => 1,
                < 3.5 => 2,
                < 7.5 => 5,
                _ => 10,
            };
        var first = Math.Floor(low / step);
        var count = (int)(Math.Ceiling(high / step) - first) + 1;
        return [.. Enumerable.Range(0, count).Select(i => Significant((first + i) * step))];
    }

    /// <summary>Without the noise of binary fractions: 3 · 0.1 is not 0.3, and a label would say so.</summary>
    private static double Significant(double value) =>
        double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static (double Low, double High) Range(IEnumerable<double> values) =>
        Extent(values) switch
        {
            null => (0, 1),
            var (low, high) when low < high => (low, high),
            var (one, _) => (one - Math.Max(Math.Abs(one), 1) / 2, one + Math.Max(Math.Abs(one), 1) / 2),
        };

    private static (double Low, double High) LogarithmicRange(IEnumerable<double> values) =>
        Extent(values) switch
        {
            null => (1, 10),
            var (low, high) when low < high => (low, high),
            var (one, _) => (one / 2, one * 2),
        };

    /// <summary>The smallest and the largest; one and the same where they differ by the noise of binary fractions alone.</summary>
    private static (double Low, double High)? Extent(IEnumerable<double> values)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            return null;
        return high - low > Noise * Math.Max(Math.Abs(low), Math.Abs(high)) ? (low, high) : (low, low);
    }
}
