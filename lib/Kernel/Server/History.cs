using System.IO.Enumeration;
using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Server;

/// <summary>The inputs of this session, for clients that search or repeat them.</summary>
internal sealed class History
{
    // Only this session's inputs are kept.
    private const int Session = 1;

    private readonly List<(int Line, string Input, string? Output)> entries = [];
    private readonly Lock gate = new();

    internal void Add(int line, string input, string? output)
    {
        lock (gate)
            entries.Add((line, input, output));
    }

    /// <summary>The answer to a history_request.</summary>
    internal JsonObject Answer(Message request)
    {
        List<(int Line, string Input, string? Output)> all;
        lock (gate)
            all = [.. entries];
        var found = request.Text("hist_access_type") switch
        {
            "range" => all.Where(e =>
                e.Line >= request.Number("start", 0) && (request.Number("stop", 0) is var stop && (stop <= 0 || e.Line < stop))
            ),
            "search" => Search(all, request).TakeLast(request.Number("n", int.MaxValue)),
            _ => all.TakeLast(request.Number("n", int.MaxValue)),
        };
        var withOutput = request.Flag("output", false);
        return new JsonObject
        {
            ["history"] = new JsonArray([
                .. found.Select(e => new JsonArray(
                    Session,
                    e.Line,
                    withOutput ? new JsonArray(e.Input, e.Output) : JsonValue.Create(e.Input)
                )),
            ]),
        };
    }

    private static IEnumerable<(int Line, string Input, string? Output)> Search(
        List<(int Line, string Input, string? Output)> all,
        Message request
    )
    {
        var pattern = request.Text("pattern", "*");
        var matching = all.Where(e => FileSystemName.MatchesSimpleExpression(pattern, e.Input, ignoreCase: false));
        return request.Flag("unique", false) ? matching.Reverse().DistinctBy(e => e.Input).Reverse() : matching;
    }
}
