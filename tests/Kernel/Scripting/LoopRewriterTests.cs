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
    public void Every_loop_gets_a_turn_and_no_line_moves(string code, string expected)
    {
        var tree = CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions, "turns");
        Assert.Equal(expected.Replace("#", Turn), LoopRewriter.Rewrite(tree).ToString());
    }

    [Fact]
    public void Columns_are_those_of_the_source()
    {
        const string code = "while (a) while (b) c();";
        var rewritten = LoopRewriter.Rewrite(CSharpSyntaxTree.ParseText(code, CellCompiler.ParseOptions, "columns")).ToString();
        foreach (var word in new[] { "while (a)", "while (b)", "c()" })
            Assert.Equal(code.IndexOf(word) + 1, LoopRewriter.Column("columns", 1, rewritten.IndexOf(word) + 1));
    }
}
