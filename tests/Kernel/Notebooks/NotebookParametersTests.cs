using System.Text.Json.Nodes;
using F2Net.Kernel.Notebooks;

namespace F2Net.Tests.Kernel.Notebooks;

public sealed class NotebookParametersTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("string[] Rows = [];", "[\"concat\"]", "string[] Rows = [\"concat\"];")]
    [InlineData("var Seeds = new[] { 1, 2, 3 };", "[4, 5]", "var Seeds = new[] { 4, 5 };")]
    [InlineData("var Seeds = new[] { 1, 2, 3 };", "new[] { 4 }", "var Seeds = new[] { 4 };")]
    [InlineData("var rate = 1e-3;", "2", "var rate = 2.0;")]
    [InlineData("var rate = -0.5;", "3e-4", "var rate = 3e-4;")]
    [InlineData("float x = 0.5f;", "0.3", "float x = 0.3f;")]
    [InlineData("var x = 0.5f;", "2", "var x = 2f;")]
    [InlineData("decimal x = 1;", "0.3", "decimal x = 0.3m;")]
    [InlineData("var n = 5L;", "7", "var n = 7L;")]
    [InlineData("int? n = null;", "7", "int? n = 7;")]
    [InlineData("int? n = 7;", "null", "int? n = null;")]
    [InlineData("string? name = null;", "5", "string? name = \"5\";")]
    [InlineData("var name = $\"{1}\";", "true", "var name = \"true\";")]
    [InlineData("var quick = false;", "True", "var quick = true;")]
    public void A_value_is_written_as_its_parameters_type_wants_it(string declared, string value, string injected)
    {
        var cell = new JsonObject
        {
            ["cell_type"] = "code",
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray("parameters") },
            ["source"] = declared,
        };
        var json = new JsonObject
        {
            ["nbformat"] = 4,
            ["nbformat_minor"] = 4,
            ["cells"] = new JsonArray(cell),
        };
        File.WriteAllText(folder.File("x.ipynb"), json.ToJsonString());
        var notebook = NotebookFile.Read(folder.File("x.ipynb"));
        var name = Assert.Single(NotebookParameters.Of(notebook)).Key;

        NotebookParameters.Inject(notebook, new Dictionary<string, string> { [name] = value });

        Assert.Equal(injected, NotebookFile.Source(notebook.Cells[1]!));
    }
}
