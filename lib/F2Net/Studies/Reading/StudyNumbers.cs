using System.Globalization;

namespace F2Net.Studies.Reading;

/// <summary>Figures as the tables write them.</summary>
public static class StudyNumbers
{
    /// <summary>For what is not known.</summary>
    public const string None = "–";

    public static string Number(double? value, string format = "F2") => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;

    /// <summary>A difference, with its sign and two digits.</summary>
    public static string Signed(double? value) => Number(value, "+0.00;−0.00;0.00");

    /// <summary>An interval in points, as "−1.20 to +0.40".</summary>
    /// <param name="mean">A share, as <paramref name="half"/>, half the interval's length.</param>
    public static string Range(double mean, double half) => $"{Signed(100 * (mean - half))} to {Signed(100 * (mean + half))}";

    /// <summary>"yes", "no" or "open"; null where there is nothing to compare.</summary>
    public static string? Word(Agreement? agreement) => agreement?.ToString().ToLowerInvariant();
}
