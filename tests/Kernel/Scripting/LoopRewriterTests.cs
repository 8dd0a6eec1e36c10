using F2Net.Kernel.Scripting;
using Microsoft.CodeAnalysis.CSharp;

namespace F2Net.Tests.Kernel.Scripting;

public class LoopRewriterTests
{
    private const string Turn = "global::F2Net.Kernel.Scripting.Loops.Turn();";

    [Theory]
    [InlineData("while (true) ;", "while (true) {#;}")]
    [InlineData("for (;;)\n{\n    a();\n}", "for (;;)\n{#\n    a();\n}")]
    [InlineData("foreach (var x in xs) do y(); while (z);", "foreach (var x in xs) {#do {#y();} while (z);}")]
    [InlineData("if (x) y();", "if (x) y();")]
    [InlineData("while (true)", "while (true)")]
    public void Every_loop_gets_a_turn_and_no_line_moves(string code, string expected)
    {
        var tree = CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions);
        Assert.Equal(expected.Replace("#", Turn), LoopRewriter.Rewrite(tree, "turns").ToString());
    }

    [Fact]
    public void Columns_are_those_of_the_source()
    {
        const string code = "while (a) while (b) c();";
        var rewritten = Rewritten(code, "columns");
        Rewritten("a();  while (b) c();", "the cell's second part");
        foreach (var word in new[] { "while (a)", "while (b)", "c()" })
            Assert.Equal(code.IndexOf(word) + 1, LoopRewriter.Column("columns", 1, rewritten.IndexOf(word) + 1));

        static string Rewritten(string code, string assembly) =>
            LoopRewriter.Rewrite(CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions, "Cell [1]"), assembly).ToString();
    }
}
