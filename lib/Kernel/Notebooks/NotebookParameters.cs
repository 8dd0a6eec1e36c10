using System.Globalization;
using System.Text.Json.Nodes;
using F2Net.Kernel.Scripting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace F2Net.Kernel.Notebooks;

/// <summary>
/// Values for a notebook's parameters, by papermill's convention: a cell tagged 'parameters' declares them with their defaults, and a
/// cell tagged 'injected-parameters' behind it declares them again.
/// </summary>
internal static class NotebookParameters
{
    private const string Declared = "parameters";
    private const string Injected = "injected-parameters";

    /// <summary>The variables that the notebook's cell of parameters declares.</summary>
    internal static IReadOnlyDictionary<string, VariableDeclarationSyntax> Of(NotebookFile notebook) =>
        notebook.Cells.FirstOrDefault(c => NotebookFile.HasTag(c!, Declared)) is { } cell
            ? CSharpSyntaxTree
                .ParseText(CellParts.CodeOnly(NotebookFile.Source(cell)), CellCompiler.ParseOptions)
                .GetRoot()
                .DescendantNodes()
                .OfType<VariableDeclarationSyntax>()
                .SelectMany(d => d.Variables.Select(v => (v.Identifier.Text, Declaration: d)))
                .DistinctBy(v => v.Text)
                .ToDictionary(v => v.Text, v => v.Declaration)
            : new Dictionary<string, VariableDeclarationSyntax>();

    /// <summary>Puts the cell in, or in the place of an earlier one; values for parameters that this notebook lacks are left out.</summary>
    internal static void Inject(NotebookFile notebook, IReadOnlyDictionary<string, string> values)
    {
        var parameters = Of(notebook);
        var lines = values
            .Where(v => parameters.ContainsKey(v.Key))
            .Select(v => $"{parameters[v.Key].Type} {v.Key} = {Literal(v.Value, parameters[v.Key])};")
            .ToList();
        if (lines.Count == 0)
            return;

        foreach (var old in notebook.Cells.Where(c => NotebookFile.HasTag(c!, Injected)).ToList())
            notebook.Cells.Remove(old);
        var cell = new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray(Injected) },
            ["outputs"] = new JsonArray(),
            ["source"] = MultiLine.Split(string.Join('\n', lines)),
        };
        if (notebook.HasCellIds)
            cell["id"] = Injected;
        var at = notebook.Cells.Select((c, i) => (c, i)).First(c => NotebookFile.HasTag(c.c!, Declared)).i;
        notebook.Cells.Insert(at + 1, cell);
    }

    /// <summary>A value as C# source: a number or a truth value as it is, anything else as text, as the default's type wants it.</summary>
    private static string Literal(string value, VariableDeclarationSyntax declaration)
    {
        var isText = declaration.Type.ToString() == "string" || Default(declaration).IsKind(SyntaxKind.StringLiteralExpression);
        if (!isText && value.ToUpperInvariant() is "TRUE" or "FALSE")
            return value.ToLowerInvariant();
        var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        if (isText || !isNumber)
            return SymbolDisplay.FormatLiteral(value, quote: true);
        // 'var rate = 0.5' made 2 should be the number 2.0.
        var isWhole = value.All(c => char.IsAsciiDigit(c) || c == '-');
        return isWhole && Default(declaration).ToString().Contains('.', StringComparison.Ordinal) ? value + ".0" : value;
    }

    private static ExpressionSyntax Default(VariableDeclarationSyntax declaration) =>
        declaration.Variables[0].Initializer?.Value ?? SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression);
}
