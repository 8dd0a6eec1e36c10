using System.Text.Json.Nodes;
using F2Net.Kernel;
using F2Net.Kernel.Notebooks;

namespace F2Net.Tests.Kernel;

public sealed class KernelSpecTests : IDisposable
{
    private static readonly KernelProgram Program = new("dotnet", ["kernel.dll", "kernel", "run"]);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Installs_both_names_and_again_over_its_own()
    {
        var folders = Install();
        Assert.Equal(["f2net-csharp", ".net-csharp"], folders.Select(Path.GetFileName));
        Assert.Equal(folders, Install());
        var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folders[1], "kernel.json")))!;
        Assert.Equal(
            ("C#", "message", "{connection_file}"),
            ((string)spec["language"]!, (string)spec["interrupt_mode"]!, (string)spec["argv"]!.AsArray()[^1]!)
        );
    }

    [Fact]
    public void Leaves_a_shared_name_that_is_taken()
    {
        var other = folder.File("share/jupyter/kernels/.net-csharp/kernel.json");
        File.WriteAllText(other, """{"argv": ["dotnet", "interactive"]}""");
        Assert.Equal(["f2net-csharp"], Install().Select(Path.GetFileName));
        Assert.Contains("interactive", File.ReadAllText(other));
    }

    [Fact]
    public void Says_what_cannot_be_written()
    {
        File.WriteAllText(folder.File("share"), "");
        var sentence = Assert.Throws<KernelException>(Install).Message;
        Assert.StartsWith(Path.Combine(folder.Path, "share/jupyter/kernels/f2net-csharp/kernel.json") + " cannot be written: ", sentence);
        Assert.EndsWith("; choose another folder, or make it writable.", sentence);
    }

    private IReadOnlyList<string> Install() => KernelSpec.Install(Program, folder.Path, new Dictionary<string, string>());
}
