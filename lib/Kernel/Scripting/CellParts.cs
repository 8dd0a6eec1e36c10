using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace F2Net.Kernel.Scripting;

/// <summary>A piece of a cell; pieces are run one after the other.</summary>
internal abstract record CellPart;

/// <summary>C#, on the lines and columns it has in the cell.</summary>
internal sealed record CodePart(string Code) : CellPart;

/// <summary>#r "path.dll"</summary>
internal sealed record ReferencePart(string Path) : CellPart;

/// <summary>#r "nuget: Id, Version"</summary>
internal sealed record PackagePart(string Id, string? Version) : CellPart;

/// <summary>#load "file" or #!import file</summary>
internal sealed record ImportPart(string Path) : CellPart;

/// <summary>Cells cut at their directives.</summary>
internal static partial class CellParts
{
    [GeneratedRegex("""^\s*#(?<bang>!?)\s*(?<word>[^\s"]+)\s*(?<rest>.*?)\s*$""")]
    private static partial Regex Directive { get; }

    [GeneratedRegex("""^nuget\s*:\s*(?<id>[^,\s]+)\s*(,\s*(?<version>[^,\s]+)\s*)?$""")]
    private static partial Regex Package { get; }

    /// <summary>The directives of C# itself, which the compiler takes.</summary>
    private static readonly string[] Compilers =
    [
        "if",
        "elif",
        "else",
        "endif",
        "define",
        "undef",
        "region",
        "endregion",
        "pragma",
        "nullable",
        "line",
        "warning",
        "error",
    ];

    /// <exception cref="KernelException">A directive is unknown or lacks its path.</exception>
    internal static IReadOnlyList<CellPart> Of(string cell)
    {
        var lines = cell.Split('\n');
        var root = CSharpSyntaxTree.ParseText(cell, CellCompiler.ParseOptions).GetRoot();
        var parts = new List<CellPart>();
        var (position, codeFrom) = (0, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsDirective(lines[i]) && !IsInsideText(root, position + lines[i].IndexOf('#')))
            {
                AddCode(parts, lines, codeFrom, i);
                if (Read(lines[i], i + 1) is { } part)
                    parts.Add(part);
                codeFrom = i + 1;
            }

            position += lines[i].Length + 1;
        }

        AddCode(parts, lines, codeFrom, lines.Length);
        return parts;
    }

    /// <summary>A cell with its directives blanked out: what completion and inspection look at.</summary>
    internal static string CodeOnly(string cell) =>
        string.Join('\n', cell.Split('\n').Select(l => IsDirective(l) ? new string(' ', l.Length) : l));

    private static bool IsDirective(string line) =>
        Directive.Match(line) is { Success: true } match
        && (match.Groups["bang"].Length > 0 || !Compilers.Contains(match.Groups["word"].Value));

    /// <summary>A line of a raw string, of a comment or of code that is switched off may begin like a directive.</summary>
    private static bool IsInsideText(SyntaxNode root, int position) =>
        root.FindToken(position) is var token && token.SpanStart <= position && position < token.Span.End
        || root.FindTrivia(position) is var trivia
            && (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) || trivia.GetStructure() is DirectiveTriviaSyntax { IsActive: false });

    private static void AddCode(List<CellPart> parts, string[] lines, int from, int to)
    {
        if (lines[from..to].All(string.IsNullOrWhiteSpace))
            return;
        // Empty lines in front keep the compiler's line numbers those of the cell.
        parts.Add(new CodePart(new string('\n', from) + string.Join('\n', lines[from..to])));
    }

    private static CellPart? Read(string line, int number)
    {
        var match = Directive.Match(line);
        var (word, rest) = (match.Groups["bang"].Value + match.Groups["word"].Value, match.Groups["rest"].Value.Trim('"'));
        if (word is "!csharp" or "!c#" or "!C#")
            return null;
        if (word is not ("r" or "load" or "!import"))
            throw new KernelException(
                $"Line {number}: '#{word}' is not known to this kernel, which has #r, #load and #!import; take the line out."
            );
        if (rest.Length == 0)
            throw new KernelException($"Line {number}: '#{word}' names nothing; write a path in quotes behind it.");
        if (word != "r")
            return new ImportPart(rest);
        if (!rest.StartsWith("nuget", StringComparison.Ordinal))
            return new ReferencePart(rest);
        return Package.Match(rest) is { Success: true } package
            ? new PackagePart(package.Groups["id"].Value, package.Groups["version"] is { Success: true } version ? version.Value : null)
            : throw new KernelException($"Line {number}: '{rest}' names no package; write #r \"nuget: Id, Version\".");
    }
}
