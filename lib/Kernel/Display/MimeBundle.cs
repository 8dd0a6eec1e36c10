using System.Text.Json.Nodes;

namespace F2Net.Kernel.Display;

/// <summary>A value in all the forms a client can choose from: MIME type to text, base64 or JSON.</summary>
internal static class MimeBundle
{
    internal const string Plain = "text/plain";
    private const string Html = "text/html";

    internal static JsonObject Of(object? value)
    {
        var data = new JsonObject();
        if (value is HtmlContent html)
            data[Html] = html.Html;
        else if (value is not null && ConventionFormatters.For(value.GetType()) is { Count: > 0 } formatters)
            AddFormatted(data, value, formatters);
        else if (HtmlTable.IsFor(value))
        {
            value = ValueShape.Computed(value!);
            data[Html] = HtmlTable.Of(value);
        }

        if (!data.ContainsKey(Plain))
            data[Plain] = PlainText.Of(value);
        return data;
    }

    private static void AddFormatted(JsonObject data, object value, IReadOnlyList<ConventionFormatter> formatters)
    {
        foreach (var formatter in formatters)
        {
            using var writer = new StringWriter { NewLine = "\n" };
            if (formatter.Format(value, writer))
                data[formatter.MimeType] = IsJson(formatter.MimeType) ? JsonNode.Parse(writer.ToString()) : writer.ToString();
        }
    }

    /// <summary>Whether a MIME type's value travels and is stored as JSON, not as a string.</summary>
    internal static bool IsJson(string mimeType) =>
        mimeType == "application/json"
        || (mimeType.StartsWith("application/", StringComparison.Ordinal) && mimeType.EndsWith("+json", StringComparison.Ordinal));
}
