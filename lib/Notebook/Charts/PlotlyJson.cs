using System.Globalization;
using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>Values as plotly.js reads them.</summary>
internal static class PlotlyJson
{
    private const int Few = 6;

    /// <summary>As many significant digits as a screen can show; null for what is no number.</summary>
    public static JsonArray Numbers(IReadOnlyList<double> values)
    {
        var (low, high) = ColourMap.Bounds(values, diverging: false);
        return Numbers(values, Digits(low, high, Few));
    }

    public static JsonArray Numbers(IReadOnlyList<double> values, int digits) => new([.. values.Select(v => Number(v, digits))]);

    /// <summary>How many digits tell values between two bounds apart, as finely as <paramref name="few"/> less two do from zero on.</summary>
    public static int Digits(double low, double high, int few)
    {
        var apart = (high - low) / Math.Max(Math.Abs(low), Math.Abs(high));
        // Closer than this they differ by the noise of binary fractions.
        return apart > 1e-9 ? Math.Max(few, few - 2 - (int)Math.Floor(Math.Log10(apart))) : few;
    }

    /// <summary>Text in lines; plotly.js takes &lt; and &amp; for markup.</summary>
    public static string Text(string text, int characters = int.MaxValue) =>
        string.Join(
            "<br>",
            TextLines
                .Wrap(text, characters)
                .Select(line => line.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal))
        );

    public static JsonObject With(this JsonObject node, string key, JsonNode? value)
    {
        node[key] = value;
        return node;
    }

    // 1e-05 and 0 as JavaScript and nbformat write them, where .NET writes 1E-05 and -0: notebooks saved by others then differ in nothing.
    public static JsonNode? Number(double value, int digits = Few) =>
        double.IsFinite(value)
            ? JsonNode.Parse(
                (value == 0 ? 0 : double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
                    .ToString("R", CultureInfo.InvariantCulture)
                    .ToLowerInvariant()
            )
            : null;
}
