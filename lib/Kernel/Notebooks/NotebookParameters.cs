using System.Globalization;
using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
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

    /// <summary>
    /// A value as C# source: text in quotes, a number with the suffix of its type. Where the type of a default cannot be seen, so is whatever looks like
    /// neither a number nor code; anything else stays as it is.
    /// </summary>
    private static string Literal(string value, VariableDeclarationSyntax declaration)
    {
        var type = TypeOf(declaration);
        if (type == "string")
            return SymbolDisplay.FormatLiteral(value, quote: true);
        if (value.ToUpperInvariant() is "TRUE" or "FALSE")
            return value.ToLowerInvariant();
        // 'var' takes no list as such.
        if (value is ['[', .. var items, ']'] && declaration.Type.IsVar)
            return $"new[] {{ {items} }}";
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return type.Length > 0 || IsCode(value) ? value : SymbolDisplay.FormatLiteral(value, quote: true);
        var isWhole = value.All(c => char.IsAsciiDigit(c) || c == '-');
        return value
            + type switch
            {
                "double" when isWhole => ".0",
                "float" => "f",
                "decimal" => "m",
                "long" => "L",
                "uint" => "u",
                "ulong" => "ul",
                _ => "",
            };
    }

    private static bool IsCode(string value) =>
        value is "null" or ['"', ..] or ['$', ..] or ['@', ..] or ['\'', ..] or ['{', ..]
        || value.StartsWith("new", StringComparison.Ordinal);

    /// <summary>The name of the type that the cell of parameters declares, or of its default's literal; empty for other kinds of defaults.</summary>
    private static string TypeOf(VariableDeclarationSyntax declaration)
    {
        var type = declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType : declaration.Type;
        if (!type.IsVar)
            return type.ToString();
        var value = declaration.Variables[0].Initializer?.Value;
        return (value is PrefixUnaryExpressionSyntax negative ? negative.Operand : value) switch
        {
            InterpolatedStringExpressionSyntax => "string",
            LiteralExpressionSyntax { Token.Value: { } literal } => TypeName.Of(literal.GetType()),
            _ => "",
        };
    }
}
