using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;

namespace F2Net.Notebook.Charts;

/// <summary>
/// plotly.js, embedded in a notebook once: by <see cref="Load"/>, best in the notebook's first cell, or else by the first figure shown.
/// </summary>
public static partial class Plotly
{
    private const string Resource = "plotly.js";

    private static readonly Lazy<string?> script = new(ReadScript);
    private static readonly FirstView carrier = new();

    /// <summary>Shows plotly.js's version, and brings plotly.js itself into the notebook.</summary>
    public static PlotlyScript Load()
    {
        var load = new PlotlyScript();
        carrier.Is(load);
        return load;
    }

    /// <summary>plotly.js's version, or null where this build has none.</summary>
    public static string? Version { get; } = ReadVersion();

    /// <summary>The script element if nothing shown before carries it, or this very value does; else nothing.</summary>
    internal static string ScriptFor(object view) => carrier.Is(view) ? Script : "";

    /// <summary>The script element; empty where this build has no plotly.js.</summary>
    internal static string Script => script.Value ?? "";

    /// <summary>
    /// plotly.js packed by gzip, a third of its size. Names of module loaders, which some pages have (nbconvert's do), are hidden from it,
    /// so that it always becomes window.Plotly.
    /// </summary>
    private static string? ReadScript()
    {
        using var stream = Open();
        if (stream is null)
            return null;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.CopyTo(gzip);
        return $$"""
            <script>(async () => {
            if (window.Plotly) return;
            const packed = Uint8Array.from(atob("{{Convert.ToBase64String(packed.ToArray())}}"), c => c.charCodeAt(0));
            const source = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
            const script = document.createElement("script");
            script.textContent = "(function(define, module, exports) {" + source + "\n}).call(window)";
            document.head.append(script);
            })();</script>

            """;
    }

    private static string? ReadVersion()
    {
        using var stream = Open();
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        var head = new char[200];
        return VersionText().Match(new string(head, 0, reader.ReadBlock(head))).Value;
    }

    private static Stream? Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource);

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionText();
}

/// <summary>Remembers who asked first.</summary>
internal sealed class FirstView
{
    private object? first;

    /// <summary>Whether this very view was the first that asked; it may ask again, as when it is shown anew.</summary>
    public bool Is(object view) => (Interlocked.CompareExchange(ref first, view, null) ?? view) == view;
}

/// <summary>plotly.js as something to show.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Plain])]
public sealed class PlotlyScript : IView
{
    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html => Plotly.Script + $"<small>{Html.Escape(ToString())}</small>",
            Mime.Plain => ToString(),
            _ => null,
        };

    public override string ToString() =>
        Plotly.Version is { } version
            ? $"Charts are drawn by plotly.js {version}."
            : "Charts show their static pictures: this build has no plotly.js; run .devcontainer/setup.sh and build again.";
}
