using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace F2Net.Kernel.Scripting;

/// <summary>Puts a call of <see cref="Loops.Turn"/> at the beginning of every loop's body, without moving a line.</summary>
internal static class LoopRewriter
{
    private const string Turn = "global::F2Net.Kernel.Scripting.Loops.Turn();";

    // By assembly: the columns, in each line, at which something was put in.
    private static readonly ConcurrentDictionary<string, ILookup<int, (int Column, int Length)>> Shifts = new(StringComparer.Ordinal);

    /// <summary>The tree with its turns; one with errors stays as it is, for a turn in the place of a forgotten body would mend it.</summary>
    /// <param name="assembly">What the tree will be compiled to.</param>
    internal static SyntaxTree Rewrite(SyntaxTree tree, string assembly)
    {
        if (tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error))
            return tree;
        var text = tree.GetText();
        var changes = tree.GetRoot()
            .DescendantNodes()
            .Select(Body)
            .OfType<StatementSyntax>()
            .SelectMany(Insertions)
            .OrderBy(i => i.Span.Start)
            .ToList();
        if (changes.Count == 0)
            return tree;
        Shifts[assembly] = changes
            .Select(c => (Place: text.Lines.GetLinePosition(c.Span.Start), c.NewText!.Length))
            .ToLookup(c => c.Place.Line + 1, c => (c.Place.Character + 1, c.Length));
        return tree.WithChangedText(text.WithChanges(changes));
    }

    /// <summary>The column in the source of a column in the rewritten source, both counted from 1.</summary>
    internal static int Column(string assembly, int line, int column)
    {
        if (Shifts.TryGetValue(assembly, out var shifts))
            foreach (var (at, length) in shifts[line])
                if (at < column)
                    column -= Math.Min(length, column - at);
        return column;
    }

    private static IEnumerable<TextChange> Insertions(StatementSyntax body)
    {
        if (body is BlockSyntax block)
            return [Insertion(block.OpenBraceToken.Span.End, Turn)];
        return [Insertion(body.SpanStart, "{" + Turn), Insertion(body.Span.End, "}")];
    }

    private static TextChange Insertion(int position, string text) => new(new TextSpan(position, 0), text);

    private static StatementSyntax? Body(SyntaxNode node) =>
        node switch
        {
            WhileStatementSyntax loop => loop.Statement,
            DoStatementSyntax loop => loop.Statement,
            ForStatementSyntax loop => loop.Statement,
            CommonForEachStatementSyntax loop => loop.Statement,
            _ => null,
        };
}
