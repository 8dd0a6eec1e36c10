using F2Net.Kernel.Scripting;

namespace F2Net.Tests.Kernel.Scripting;

public sealed class CellSessionTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly CellSession session = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Cells_see_what_earlier_cells_declared()
    {
        await Run("using System.Globalization;\nrecord Point(int X);\nint Twice(int n) => n * 2;\nvar p = new Point(3);");
        Assert.Equal(6, await Run("Twice(p.X)"));
        Assert.Equal("n", await Run("nameof(CultureInfo)[2..3] == \"l\" ? \"n\" : \"\""));
    }

    [Theory]
    [InlineData("var x = 1;", false)]
    [InlineData("int.Parse(\"1\");", false)]
    [InlineData("Console.Write(\"\")", false)]
    [InlineData("await Task.Delay(1)", false)]
    [InlineData("(string?)null", true)]
    [InlineData("await Task.FromResult(1)", true)]
    [InlineData("return 1;", true)]
    [InlineData("", false)]
    public async Task Only_a_last_expression_has_a_value(string cell, bool hasValue) =>
        Assert.Equal(hasValue, (await session.RunAsync(cell, "cell", folder.Path, CancellationToken.None)).Exists);

    [Fact]
    public async Task A_failed_cell_keeps_its_own_variables_and_takes_no_earlier_ones()
    {
        await Run("var kept = \"old\";");
        await Assert.ThrowsAsync<FormatException>(() => Run("var first = 1;\nvar kept = int.Parse(\"x\").ToString();"));
        session.Restore();
        Assert.Equal((1, "old"), await Run("(first, kept)"));
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_changes_nothing()
    {
        await Run("var kept = 1;");
        await Assert.ThrowsAsync<CompilationFailedException>(() => Run("string kept = missing;"));
        Assert.Equal(2, await Run("kept + 1"));
    }

    [Fact]
    public async Task Many_cells_run_on_top_of_each_other()
    {
        for (var i = 0; i < 40; i++)
            await Run($"var v{i} = {i};");
        Assert.Equal(39, await Run("v0 + v39"));
    }

    [Fact]
    public async Task Imports_are_relative_to_the_importing_file()
    {
        File.WriteAllText(folder.File("a/kit.csx"), "#!import b/deep.csx\nint A => Deep + 1;");
        File.WriteAllText(folder.File("a/b/deep.csx"), "int Deep = 1;");
        await Run("#!import a/kit.csx");
        Assert.Equal(2, await Run("A"));
    }

    [Fact]
    public async Task An_expression_leaves_no_trace()
    {
        await Run("var x = 1;");
        Assert.Equal(2, await session.EvaluateAsync("x + 1", CancellationToken.None));
        Assert.Equal(1, await Run("x"));
    }

    private async Task<object?> Run(string cell) => (await session.RunAsync(cell, "cell", folder.Path, CancellationToken.None)).Value;
}
