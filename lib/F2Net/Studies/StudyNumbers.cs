using System.Globalization;

namespace F2Net.Studies;

/// <summary>Figures as the tables write them.</summary>
public static class StudyNumbers
{
    /// <summary>For what is not known.</summary>
    public const string None = "–";

    public static string Number(double? value, string format = "F2") => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;

    /// <summary>A difference, with its sign and two digits.</summary>
    public static string Signed(double? value) => Number(value, "+0.00;−0.00;0.00");
}
