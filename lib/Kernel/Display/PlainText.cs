using System.Globalization;
using System.Runtime.CompilerServices;

namespace F2Net.Kernel.Display;

/// <summary>Values as one piece of text: what a terminal, a log and a reader without HTML get.</summary>
internal static class PlainText
{
    private const int Deepest = 3;

    internal static string Of(object? value) => value as string ?? Of(value, 0);

    /// <summary>A value inside another: texts are quoted, so that where they end is seen.</summary>
    internal static string Inline(object? value) => Of(value, 1);

    private static string Of(object? value, int depth) =>
        value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            char letter => $"'{letter}'",
            bool flag => flag ? "true" : "false",
            Exception e => depth == 0 ? e.ToString() : $"{TypeName.Of(e.GetType())}: {e.Message}",
            Type type => TypeName.Of(type),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ when depth >= Deepest && ValueShape.Items(value) is not null => TypeName.Of(value.GetType()),
            _ when ValueShape.Pairs(value) is { } pairs => List(
                "{",
                pairs.Select(p => $"{Of(p.Key, depth + 1)}: {Of(p.Value, depth + 1)}"),
                "}",
                value
            ),
            _ when ValueShape.Items(value) is { } items => List("[", items.Select(i => Of(i, depth + 1)), "]", value),
            ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i], depth + 1)))})",
            _ when TypeName.HasOwnText(value.GetType()) => value.ToString() ?? "",
            _ => Members(value, depth),
        };

    private static string Members(object value, int depth)
    {
        var name = TypeName.Of(value.GetType());
        if (depth >= Deepest || ValueShape.Members(value) is not { Count: > 0 } members)
            return name;
        return $"{name} {{ {string.Join(", ", members.Select(m => $"{m.Name} = {Of(m.Value, depth + 1)}"))} }}";
    }

    private static string List(string open, IEnumerable<string> items, string close, object value)
    {
        var shown = items.Take(ValueShape.MostItems + 1).ToList();
        if (shown.Count <= ValueShape.MostItems)
            return open + string.Join(", ", shown) + close;
        return $"{open}{string.Join(", ", shown.Take(ValueShape.MostItems))}, … {More(value)}{close}";
    }

    /// <summary>What a shortened list leaves out.</summary>
    internal static string More(object value) => ValueShape.Count(value) is { } count ? $"{count - ValueShape.MostItems} more" : "more";
}
