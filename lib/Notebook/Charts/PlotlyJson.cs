using System.Globalization;
using System.Text.Json.Nodes;

namespace F2Net.Notebook;

/// <summary>Values as plotly.js reads them.</summary>
internal static class PlotlyJson
{
    /// <summary>Six significant digits, more than a screen shows; null for what is no number.</summary>
    public static JsonArray Numbers(IReadOnlyList<double> values) => new([.. values.Select(Number)]);

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

    private static JsonNode? Number(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            : null;
}
