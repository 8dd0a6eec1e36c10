using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
using F2Net.Kernel.Scripting;
using Microsoft.CodeAnalysis;

namespace F2Net.Kernel.Server;

/// <summary>A failure as Jupyter wants it: a name, a message and a traceback of lines.</summary>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback)
{
    private const int MostDiagnostics = 10;

    internal JsonObject ToJson() =>
        new()
        {
            ["ename"] = Name,
            ["evalue"] = Message,
            ["traceback"] = new JsonArray([.. Traceback.Select(l => (JsonNode)l)]),
        };

    internal static CellError Of(Exception failure) =>
        failure switch
        {
            CellInterruptedException => new("Interrupted", failure.Message, [failure.Message]),
            CompilationFailedException e => OfCompilation(e.Errors),
            KernelException => new("Error", failure.Message, [failure.Message]),
            _ => OfRun(failure),
        };

    private static CellError OfCompilation(IReadOnlyList<Diagnostic> errors)
    {
        var lines = errors.Take(MostDiagnostics).SelectMany(Lines).ToList();
        if (errors.Count > MostDiagnostics)
            lines.Add($"… and {errors.Count - MostDiagnostics} more errors");
        return new("CompilationError", lines[0], lines);
    }

    /// <summary>The error, the line it is in, and a mark under the place.</summary>
    private static IEnumerable<string> Lines(Diagnostic error)
    {
        var span = error.Location.GetLineSpan();
        var (line, column) = (span.StartLinePosition.Line, span.StartLinePosition.Character);
        yield return $"{span.Path}, line {line + 1}, column {column + 1}: {error.Id}: {error.GetMessage()}";
        if (error.Location.SourceTree is not { } tree)
            yield break;
        var source = tree.GetText().Lines[line].ToString();
        var end = span.EndLinePosition.Line == line ? span.EndLinePosition.Character : source.Length;
        yield return "    " + source.Replace('\t', ' ');
        yield return "    " + new string(' ', column) + new string('^', Math.Max(1, end - column));
    }

    private static CellError OfRun(Exception failure)
    {
        var lines = new List<string>();
        // A library's user errors are whole sentences: where in the library they arose says nothing to their reader.
        var isSentence = failure.GetType().Name == "UserException";
        for (var e = failure; e is not null; e = isSentence ? null : e.InnerException)
        {
            lines.Add(isSentence ? e.Message : $"{(e == failure ? "" : " ---> ")}{e.GetType().FullName}: {e.Message}");
            lines.AddRange(CellTrace.Of(e, onlyCells: isSentence));
        }

        return new(TypeName.Of(failure.GetType()), failure.Message, lines);
    }
}
