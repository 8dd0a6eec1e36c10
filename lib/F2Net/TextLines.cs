using System.Text.RegularExpressions;

namespace F2Net;

/// <summary>Text in lines, for what is drawn.</summary>
public static partial class TextLines
{
    /// <summary>A text's lines of at most so many characters; a piece that is longer has a line of its own.</summary>
    /// <param name="afterHyphens">Whether lines also break there, not only at spaces.</param>
    public static IReadOnlyList<string> Wrap(string text, int characters, bool afterHyphens = false)
    {
        var lines = new List<string>();
        foreach (var piece in (afterHyphens ? AtSpacesAndHyphens : AtSpaces).Split(text))
            if (lines.Count > 0 && (lines[^1] + piece).TrimEnd().Length <= characters)
                lines[^1] += piece;
            else
                lines.Add(piece);
        return [.. lines.Select(line => line.TrimEnd())];
    }

    [GeneratedRegex("(?<= )")]
    private static partial Regex AtSpaces { get; }

    [GeneratedRegex("(?<=[ -])")]
    private static partial Regex AtSpacesAndHyphens { get; }
}
