using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using TorchSharp;

namespace F2Net.Tests.Torch;

/// <summary>
/// Holds lib/Torch to TorchSharp 0.107: whatever it shows is there in TorchSharp under the same name, with the same parameters,
/// defaults, tuple names and nullability. It may leave out types, members, setters; it may not add or differ.
/// </summary>
/// <remarks>
/// torchsharp-0.107.txt beside this file holds TorchSharp's lines for what lib/Torch has. To write it anew, after adding members: build any
/// project that references the package TorchSharp 0.107.0, then run this test with TORCHSHARP_DLL=…/TorchSharp.dll from its output folder.
/// </remarks>
public partial class ApiSurfaceTests
{
    private static readonly Assembly assembly = typeof(torch).Assembly;

    [Fact]
    public void Every_public_member_of_lib_Torch_is_TorchSharps()
    {
        var ours = PublicSurface.Lines(assembly.GetExportedTypes());
        if (Environment.GetEnvironmentVariable("TORCHSHARP_DLL") is { } dll)
            WriteFacts(
                ours,
                PublicSurface.Lines(new AssemblyLoadContext(dll).LoadFromAssemblyPath(Path.GetFullPath(dll)).GetExportedTypes())
            );
        IReadOnlyList<string> facts = File.ReadAllLines(FactsFile());

        // With TorchSharp's own package in lib/Torch's place it is the file that must hold.
        var (shown, known) = NativeErrorTests.IsTorchSharpsPackage ? (facts, ours) : (ours, facts);
        var wrong = Missing(shown, known);

        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} members differ from TorchSharp 0.107:\n" + string.Join("\n", wrong.Select(line => WithNearest(line, known)))
        );
    }

    [Theory]
    [InlineData("T :: method public long stride(int dim)", "T :: method public long stride(long dim)")]
    [InlineData("T :: method public Tensor sum(long dim, bool keepdim = false)", "T :: method public Tensor sum(long dim, bool keepdim)")]
    [InlineData("T :: property public Tensor? bias { get; }", "T :: property public Tensor bias { get; }")]
    [InlineData("T :: property public long size { get; }", "T :: property public long size { get; set; }")]
    public void A_difference_in_a_type_a_default_nullability_or_a_setter_is_found(string theirs, string ours) =>
        Assert.Equal([ours], Missing([ours], [theirs]));

    [Theory]
    [InlineData("T :: property public long size { get; set; }", "T :: property public long size { get; }")]
    [InlineData(
        "T :: method public Tensor step(Func<Tensor> closure = null)",
        "T :: method public Tensor step(Func<Tensor>? closure = null)"
    )]
    public void Leaving_out_a_setter_or_writing_what_null_implies_is_no_difference(string theirs, string ours) =>
        Assert.Empty(Missing([ours], [theirs]));

    /// <summary>The lines of <paramref name="shown"/> that <paramref name="known"/> does not account for.</summary>
    private static List<string> Missing(IEnumerable<string> shown, IEnumerable<string> known)
    {
        var accounted = known.SelectMany(Allowed).ToHashSet(StringComparer.Ordinal);
        return [.. shown.Where(line => !accounted.Contains(Normalized(line)))];
    }

    private static void WriteFacts(IEnumerable<string> ours, IEnumerable<string> theirs)
    {
        var shown = ours.Select(Normalized).ToHashSet(StringComparer.Ordinal);
        File.WriteAllLines(FactsFile(), theirs.Where(line => Allowed(line).Any(shown.Contains)));
    }

    /// <summary>What lib/Torch may show for a line of TorchSharp's: the same, and of a property with a setter the getter alone.</summary>
    private static string[] Allowed(string theirs) =>
        [Normalized(theirs), Normalized(theirs.Replace("{ get; set; }", "{ get; }", StringComparison.Ordinal))];

    /// <summary>
    /// TorchSharp's older files carry no nullability, so that a parameter which defaults to null lacks its question mark there; a parameter
    /// that defaults to null takes null either way.
    /// </summary>
    private static string Normalized(string line) => NullableWithNullDefault().Replace(line, " $1 = null");

    [GeneratedRegex(@"\? (\w+) = null")]
    private static partial Regex NullableWithNullDefault();

    /// <summary>The line and, below it, the two of the same type and kind in TorchSharp that are most like it.</summary>
    private static string WithNearest(string line, IEnumerable<string> known) =>
        string.Join(
            "\n    TorchSharp: ",
            known
                .Where(other => Words(other).Take(4).SequenceEqual(Words(line).Take(4), StringComparer.Ordinal))
                .OrderBy(other => Distance(line, other))
                .Take(2)
                .Prepend(line)
        );

    private static string[] Words(string line) => line.Split([' ', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);

    private static int Distance(string one, string other) =>
        Words(one).Except(Words(other), StringComparer.Ordinal).Count() + Words(other).Except(Words(one), StringComparer.Ordinal).Count();

    private static string FactsFile([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "torchsharp-0.107.txt");
}
