using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace F2Net.Tests;

public partial class DevcontainerTests
{
    private const string Cpu = ".devcontainer/devcontainer.json",
        Cuda = ".devcontainer/cuda/devcontainer.json";

    [Theory]
    [InlineData(Cpu)]
    [InlineData(Cuda)]
    public void Names_only_scripts_that_exist(string file)
    {
        var commands = Read(file).Where(p => p.Key.EndsWith("Command", StringComparison.Ordinal)).Select(p => (string)p.Value!);
        var scripts = commands.SelectMany(c => Script().Matches(c)).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal([".devcontainer/setup.sh", "lib/f2net"], scripts);
        Assert.All(scripts, s => Assert.True(File.Exists(ProjectFolder.Path(s)), s));
    }

    [Theory]
    [InlineData(Cpu)]
    [InlineData(Cuda)]
    public void Brings_Jupyter_and_CSharp_to_VS_Code_and_completes_on_a_dot(string file)
    {
        var code = Read(file)["customizations"]!["vscode"]!;
        var extensions = code["extensions"]!.AsArray().Select(e => (string)e!).ToList();

        Assert.Contains("ms-toolsai.jupyter", extensions);
        Assert.Contains("ms-dotnettools.csharp", extensions);
        Assert.Equal(".", (string)code["settings"]!["jupyter.completionTriggerCharacters"]!["csharp"]![0]!);
    }

    [Fact]
    public void The_one_for_a_GPU_differs_from_the_other_only_in_what_a_GPU_needs()
    {
        var (cpu, cuda) = (Read(Cpu), Read(Cuda));
        Assert.Equal("cuda", (string)cuda["containerEnv"]!["Torch"]!);
        foreach (var key in new[] { "name", "hostRequirements", "runArgs", "containerEnv" })
        {
            cpu.Remove(key);
            Assert.True(cuda.Remove(key), key);
        }

        Assert.True(JsonNode.DeepEquals(cpu, cuda));
    }

    /// <summary>JSON with comments, as devcontainers are written in.</summary>
    private static JsonObject Read(string file) =>
        JsonNode
            .Parse(
                File.ReadAllText(ProjectFolder.Path(file)),
                documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }
            )!
            .AsObject();

    [GeneratedRegex(@"\bbash ([^\s&;]+)")]
    private static partial Regex Script();
}
