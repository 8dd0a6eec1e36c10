using System.Text.Json.Nodes;

namespace F2Net.Kernel.Notebooks;

/// <summary>Text as notebook files hold it: a list of lines, each with its line end, so that version control sees lines.</summary>
internal static class MultiLine
{
    // Where Python's str.splitlines, which Jupyter writes with, ends a line; \r\n counts once.
    private const string LineEnds = "\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029";

    /// <summary>The text of a field that holds a string or a list of lines.</summary>
    internal static string Join(JsonNode? field) =>
        field is JsonArray lines ? string.Concat(lines.Select(l => (string?)l)) : (string?)field ?? "";

    internal static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!LineEnds.Contains(text[i], StringComparison.Ordinal) || (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
                continue;
            lines.Add(text[start..(i + 1)]);
            start = i + 1;
        }

        if (start < text.Length)
            lines.Add(text[start..]);
        return lines;
    }
}
