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
        Assert.Equal((1, "old"), await Run("(first, kept)"));
    }

    [Fact]
    public async Task A_failed_cell_takes_no_earlier_variables_of_a_tuple()
    {
        await Run("var (low, high) = (1, 2);");
        await Assert.ThrowsAsync<FormatException>(() => Run("var (low, high) = (int.Parse(\"x\"), 3);"));
        Assert.Equal((1, 2), await Run("(low, high)"));
    }

    [Theory]
    [InlineData("foo bar")]
    [InlineData("#!time")]
    [InlineData("throw new InvalidOperationException();")]
    [InlineData("var n = 0;\nstring? text = null;\nthrow new InvalidOperationException();")]
    public async Task What_was_set_to_nothing_stays_so_when_a_cell_fails(string failing)
    {
        await Run("var n = 5;\nstring? text = \"a\";");
        await Run("var n = 0;\nstring? text = null;");
        await Assert.ThrowsAnyAsync<Exception>(() => Run(failing));
        Assert.Equal((0, (string?)null), await Run("(n, text)"));
    }

    [Fact]
    public async Task A_cell_that_fails_after_setting_zero_has_set_zero()
    {
        await Run("var errors = 5;");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run("var errors = 0;\nthrow new InvalidOperationException();"));
        Assert.Equal(0, await Run("errors"));
    }

    [Fact]
    public async Task A_variable_declared_anew_without_a_value_has_none()
    {
        await Run("var n = 5;");
        Assert.Equal(0, await Run("int n;\nn"));
    }

    [Theory]
    [InlineData("int Hits { get; set; }\nHits", "Hits = 5;", 0)]
    [InlineData("string text = \"\"; event Action? Changed;\nChanged is null", "Changed += () => { };", true)]
    [InlineData("object found = 0;\nif (found is string line) { }\nline", "line = \"text\";", null)]
    public async Task A_cell_that_runs_again_begins_all_else_anew(string cell, string between, object? value)
    {
        await Run(cell);
        await Run(between);
        Assert.Equal(value, await Run(cell));
    }

    [Theory]
    [InlineData("while (true)")]
    [InlineData("foreach (var i in new[] { 1 })")]
    public async Task A_loop_without_a_body_is_an_error(string cell) =>
        await Assert.ThrowsAsync<CompilationFailedException>(() => Run(cell));

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
    public async Task Files_of_one_name_in_two_folders_are_both_there()
    {
        File.WriteAllText(folder.File("a/Util.cs"), "namespace A; public static class One { public const int Value = 1; }");
        File.WriteAllText(folder.File("b/Util.cs"), "namespace B; public static class Two { public const int Value = 2; }");
        await Run("#!import a/Util.cs\n#!import b/Util.cs");
        Assert.Equal(3, await Run("A.One.Value + B.Two.Value"));
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
