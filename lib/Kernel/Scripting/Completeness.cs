using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace F2Net.Kernel.Scripting;

/// <summary>Whether a cell can be run as it stands, or a console should let its user go on typing.</summary>
internal static class Completeness
{
    private const string Indentation = "    ";

    internal static JsonObject Of(string cell)
    {
        var tree = CSharpSyntaxTree.ParseText(CellParts.CodeOnly(cell), CellCompiler.ParseOptions);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
            return new JsonObject { ["status"] = "incomplete", ["indent"] = Indent(tree) };
        var isValid = tree.GetDiagnostics().All(d => d.Severity != DiagnosticSeverity.Error);
        return new JsonObject { ["status"] = isValid ? "complete" : "invalid" };
    }

    /// <summary>One step for each brace that is still open.</summary>
    private static string Indent(SyntaxTree tree)
    {
        var tokens = tree.GetRoot().DescendantTokens().Where(t => !t.IsMissing).ToList();
        var open = tokens.Count(t => t.IsKind(SyntaxKind.OpenBraceToken)) - tokens.Count(t => t.IsKind(SyntaxKind.CloseBraceToken));
        return string.Concat(Enumerable.Repeat(Indentation, Math.Max(0, open)));
    }
}
