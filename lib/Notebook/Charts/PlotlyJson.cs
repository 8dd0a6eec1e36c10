using System.Globalization;
using System.Text.Json.Nodes;

namespace F2Net.Notebook;

/// <summary>Values as plotly.js reads them.</summary>
internal static class PlotlyJson
{
    /// <summary>As many significant digits as a screen can show; null for what is no number.</summary>
    public static JsonArray Numbers(IReadOnlyList<double> values, int digits = 6) => new([.. values.Select(v => Number(v, digits))]);

    /// <summary>Text in lines; plotly.js takes &lt; and &amp; for markup.</summary>
    public static string Text(string text, int characters = int.MaxValue) =>
        string.Join(
            "<br>",
            Theme
                .Wrap(text, characters)
                .Select(line => line.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal))
        );

    public static JsonObject With(this JsonObject node, string key, JsonNode? value)
    {
        node[key] = value;
        return node;
    }

    // 1e-05 as JavaScript and nbformat write it, where .NET writes 1E-05: notebooks saved by others then differ in nothing.
    private static JsonNode? Number(double value, int digits) =>
        double.IsFinite(value)
            ? JsonNode.Parse(
                double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                    .ToString("R", CultureInfo.InvariantCulture)
                    .ToLowerInvariant()
            )
            : null;
}
