using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace F2Net.Tests.Torch;

/// <summary>
/// Holds lib/Torch to TorchSharp 0.107: whatever it shows is there in TorchSharp under the same name, with the same parameters,
/// defaults, tuple names and nullability. It may leave out members, and interfaces of a type; it may not add or differ.
/// </summary>
/// <remarks>
/// torchsharp-0.107.txt beside this file holds TorchSharp's lines for the members that lib/Torch has. To add the lines of new
/// members, build any project that references the package TorchSharp 0.107.0 and run this test with
/// TORCHSHARP_DLL=…/bin/…/TorchSharp.dll: it writes the file anew from that assembly, then checks against it.
/// </remarks>
public partial class ApiSurfaceTests
{
    [Fact]
    public void Every_public_member_of_lib_Torch_is_TorchSharps()
    {
        var ours = Lines(typeof(torch).Assembly);
        var theirs = Environment.GetEnvironmentVariable("TORCHSHARP_DLL") is { } dll
            ? Regenerate(ours, dll)
            : File.ReadAllLines(FactsFile());

        // With the TorchSharp package itself in lib/Torch's place it is the file that must hold.
        var (shown, known) = typeof(torch).Assembly.GetName().Name == "TorchSharp" ? (theirs, ours) : (ours, theirs);
        var wrong = shown.Except(known, StringComparer.Ordinal).ToList();

        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} members differ from TorchSharp 0.107:\n" + string.Join("\n", wrong.Select(w => Difference(w, known)))
        );
    }

    private static string[] Lines(Assembly assembly) => [.. PublicSurface.Lines(assembly.GetExportedTypes()).Select(Normalized)];

    /// <summary>
    /// TorchSharp's older files carry no nullability, so a parameter that defaults to null lacks its `?` there; a type that
    /// defaults to null is nullable either way. And of a type only what it is and derives from counts, not its interfaces.
    /// </summary>
    private static string Normalized(string line)
    {
        var plain = NullableWithNullDefault().Replace(line, " $1 = null");
        return plain;
    }

    [GeneratedRegex(@"\? (@?\w+) = null")]
    private static partial Regex NullableWithNullDefault();

    private static string[] Regenerate(string[] ours, string dll)
    {
        var facts = Lines(Assembly.LoadFrom(Path.GetFullPath(dll))).Intersect(ours, StringComparer.Ordinal).ToArray();
        File.WriteAllLines(FactsFile(), facts);
        return facts;
    }

    /// <summary>The line that is not there, and those that come nearest: the same type's of the same name, else of like text.</summary>
    private static string Difference(string line, string[] known)
    {
        var owner = line[..line.IndexOf(" :: ", StringComparison.Ordinal)];
        var nearest = known
            .Where(k => k.StartsWith(owner + " :: ", StringComparison.Ordinal))
            .OrderBy(k => MemberName(k) == MemberName(line) ? 0 : 1)
            .ThenBy(k => Words(k).Except(Words(line)).Count() + Words(line).Except(Words(k)).Count())
            .Take(2)
            .Select(k => "    TorchSharp: " + k);
        return string.Join("\n", nearest.Prepend(line));
    }

    private static string MemberName(string line) => Member().Match(line).Groups[1].Value;

    [GeneratedRegex(@"([\w.]+)(?:<[^(]*>)?(?:\(|\[| \{| =|$)")]
    private static partial Regex Member();

    private static string[] Words(string line) => line.Split(' ', ',', '(', ')');

    private static string FactsFile([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "torchsharp-0.107.txt");
}
