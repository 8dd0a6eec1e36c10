using System.Text.RegularExpressions;

namespace F2Net.Tests;

/// <summary>
/// No GPU is at hand where these tests run, so the source is read: a tensor that is made without a device lies on the CPU, and a kernel that
/// reads memory must ask where it lies. Which kernels ask is seen by what they do in float64 (KernelChoiceTests).
/// </summary>
public partial class DeviceTests
{
    public static TheoryData<string> Modules => [.. Files("Model"), .. Files("Losses"), "Evaluation/Predictor.cs"];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Tensors_made_in_a_forward_pass_say_where(string file)
    {
        var source = Source(file);
        foreach (Match call in Factory().Matches(source))
        {
            var line = source[(source.LastIndexOf('\n', call.Index) + 1)..call.Index];
            // Parameters are made on the CPU and moved with their module.
            if (line.Contains("nn.Parameter(", StringComparison.Ordinal) || line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                continue;
            Assert.Contains("device:", Arguments(source, call.Index + call.Length), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Kernels_take_tensors_of_the_CPU() =>
        Assert.Contains("x.device_type == DeviceType.CPU", Source("Kernels/Simd.cs"), StringComparison.Ordinal);

    [Fact]
    public void The_check_finds_something_to_check() => Assert.True(Files("Model").Count(file => Factory().IsMatch(Source(file))) >= 5);

    [GeneratedRegex(@"(?<![\w.])(empty|zeros|ones|full|rand|randn|randint|randperm|arange|linspace|eye|tensor)\(")]
    private static partial Regex Factory();

    // From an opening parenthesis to the one that closes it.
    private static string Arguments(string source, int start)
    {
        var (end, open) = (start, 1);
        for (; open > 0; end++)
            open += source[end] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        return source[start..end];
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory
            .GetFiles(ProjectFolder.Path($"lib/F2Net/{folder}"), "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(ProjectFolder.Path("lib/F2Net"), f))
            .Order(StringComparer.Ordinal);

    private static string Source(string file) => File.ReadAllText(ProjectFolder.Path($"lib/F2Net/{file}"));
}
