using F2Net.Kernel;
using F2Net.Kernel.Scripting;

namespace F2Net.Tests.Kernel.Scripting;

public class CellPartsTests
{
    [Fact]
    public void Cuts_at_directives_and_keeps_lines_where_they_are()
    {
        var parts = CellParts.Of("int a;\n#r \"lib.dll\"\n  #!import kit.csx\n#if X\n#endif\na++;");
        Assert.Equal(
            [new CodePart("int a;"), new ReferencePart("lib.dll"), new ImportPart("kit.csx"), new CodePart("\n\n\n#if X\n#endif\na++;")],
            parts
        );
    }

    [Theory]
    [InlineData("#r \"nuget: Some.Id, 1.2.3-beta\"", "Some.Id", "1.2.3-beta")]
    [InlineData("#r \"nuget:Some.Id\"", "Some.Id", null)]
    public void Reads_packages(string line, string id, string? version) =>
        Assert.Equal(new PackagePart(id, version), Assert.Single(CellParts.Of(line)));

    [Theory]
    [InlineData("var s = \"\"\"\n#!import x\n\"\"\";")]
    [InlineData("var s = $\"\"\"\n# Report {1}\n\"\"\";")]
    [InlineData("/*\n#r \"x\"\n*/")]
    [InlineData("#if false\n#!import x\n#endif\n1")]
    public void Leaves_text_comments_and_disabled_code_alone(string cell) =>
        Assert.Equal(new CodePart(cell), Assert.Single(CellParts.Of(cell)));

    [Theory]
    [InlineData("#!time", "Line 1: '#!time' is not known to this kernel, which has #r, #load and #!import; take the line out.")]
    [InlineData("\n#i \"nuget:x\"", "Line 2: '#i' is not known to this kernel, which has #r, #load and #!import; take the line out.")]
    [InlineData("#!import", "Line 1: '#!import' names nothing; write a path in quotes behind it.")]
    [InlineData("#r \"nuget: a b\"", "Line 1: 'nuget: a b' names no package; write #r \"nuget: Id, Version\".")]
    public void Says_what_is_wrong_with_a_directive(string cell, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<KernelException>(() => CellParts.Of(cell)).Message);
}
