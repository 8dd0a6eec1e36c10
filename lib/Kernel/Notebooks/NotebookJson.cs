using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace F2Net.Kernel.Notebooks;

/// <summary>
/// Writes JSON to the byte as Jupyter's nbformat writes notebooks (keys sorted, one space of indentation, every letter as itself),
/// so that a notebook saved here and there shows only the differences that it has.
/// </summary>
internal static class NotebookJson
{
    internal static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject fields:
                WriteBlock(
                    text,
                    '{',
                    fields.OrderBy(f => f.Key, CodePointOrder),
                    '}',
                    depth,
                    field =>
                    {
                        WriteString(text, field.Key);
                        text.Append(": ");
                        Write(text, field.Value, depth + 1);
                    }
                );
                break;
            case JsonArray items:
                WriteBlock(text, '[', items, ']', depth, item => Write(text, item, depth + 1));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteString(text, value.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static readonly Comparer<string> CodePointOrder = Comparer<string>.Create(
        (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))
    );

    private static void WriteBlock<T>(StringBuilder text, char open, IEnumerable<T> items, char close, int depth, Action<T> write)
    {
        text.Append(open);
        var isEmpty = true;
        foreach (var item in items)
        {
            text.Append(isEmpty ? "\n" : ",\n").Append(' ', depth + 1);
            write(item);
            isEmpty = false;
        }

        if (!isEmpty)
            text.Append('\n').Append(' ', depth);
        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append($"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        text.Append('"');
    }
}
