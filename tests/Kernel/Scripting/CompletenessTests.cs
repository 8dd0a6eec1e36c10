using F2Net.Kernel.Scripting;

namespace F2Net.Tests.Kernel.Scripting;

public class CompletenessTests
{
    [Theory]
    [InlineData("1 + 1", "complete")]
    [InlineData("var x = 1;", "complete")]
    [InlineData("#!import kit.csx", "complete")]
    [InlineData("for (;;) {\n    if (x) {", "incomplete")]
    [InlineData("var s = \"\"\"", "incomplete")]
    [InlineData("var 1 = 2;", "invalid")]
    public void Says_whether_a_cell_can_be_run(string cell, string status) =>
        Assert.Equal(status, (string?)Completeness.Of(cell)["status"]);

    [Fact]
    public void Indents_once_for_each_open_brace() =>
        Assert.Equal("        ", (string?)Completeness.Of("for (;;) {\n    if (x) {")["indent"]);
}
