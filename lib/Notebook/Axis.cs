using System.Globalization;

namespace F2Net.Notebook;

/// <summary>Maps values to a share of an axis' length, [0, 1], and chooses where its ticks stand.</summary>
internal sealed class Axis
{
    private readonly double low,
        high;
    private readonly bool log;

    private Axis(double low, double high, bool log, IReadOnlyList<double> ticks) =>
        (this.low, this.high, this.log, Ticks) = (low, high, log, ticks);

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that ends exactly at the smallest and largest value: for x.</summary>
    public static Axis Tight(IEnumerable<double> values)
    {
        var (low, high) = Range(values.Where(double.IsFinite));
        return new(low, high, log: false, [.. LinearTicks(low, high).Where(t => t >= low && t <= high)]);
    }

    /// <summary>An axis that ends on round numbers: for y. Logarithmic ones leave out values that are not positive.</summary>
    public static Axis Round(IEnumerable<double> values, bool log)
    {
        if (log)
            return Logarithmic(values);
        var (low, high) = Range(values.Where(double.IsFinite));
        var ticks = LinearTicks(low, high);
        return new(ticks[0], ticks[^1], log: false, ticks);
    }

    /// <summary>NaN for what the axis cannot show.</summary>
    public double Position(double value)
    {
        if (!double.IsFinite(value) || (log && value <= 0))
            return double.NaN;
        return log ? (Math.Log10(value) - Math.Log10(low)) / (Math.Log10(high) - Math.Log10(low)) : (value - low) / (high - low);
    }

    public static string Label(double tick)
    {
        var size = Math.Abs(tick);
        var format = size is > 0 and (< 1e-4 or >= 1e6) ? "0.##e0" : "#,0.######";
        return tick.ToString(format, CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal);
    }

    private static Axis Logarithmic(IEnumerable<double> values)
    {
        var (low, high) = Range(values.Where(v => v > 0 && double.IsFinite(v)));
        var first = (int)Math.Floor(Math.Log10(low > 0 ? low : high / 10));
        var last = Math.Max((int)Math.Ceiling(Math.Log10(high)), first + 1);
        var every = (last - first + 5) / 6;
        var decades = Enumerable.Range(first, last - first + 1).Where(d => (d - first) % every == 0).Select(d => Math.Pow(10, d));
        // One or two decades alone would leave the axis nearly bare.
        var ticks = last - first <= 2 ? decades.SelectMany(d => new[] { d, 2 * d, 5 * d }).Where(t => t <= Math.Pow(10, last)) : decades;
        return new(Math.Pow(10, first), Math.Pow(10, last), log: true, [.. ticks]);
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
        // Rounded, because 3 · 0.1 is not 0.3 and a label would say so.
        return [.. Enumerable.Range(0, count).Select(i => Math.Round((first + i) * step, 12))];
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            return (0, 1);
        return low < high ? (low, high) : (low - Math.Max(Math.Abs(low), 1) / 2, high + Math.Max(Math.Abs(high), 1) / 2);
    }
}
