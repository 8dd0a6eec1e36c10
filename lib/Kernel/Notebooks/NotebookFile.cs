using System.Text.Json;
using System.Text.Json.Nodes;

namespace F2Net.Kernel.Notebooks;

/// <summary>A notebook of nbformat 4, with everything in it that this program knows nothing about kept as it is.</summary>
internal sealed class NotebookFile
{
    private readonly JsonObject json;

    private NotebookFile(string path, JsonObject json) => (Path, this.json) = (path, json);

    internal string Path { get; }

    /// <summary>The notebook's folder, where its cells run.</summary>
    internal string Folder => System.IO.Path.GetDirectoryName(Path)!;

    internal string Name => System.IO.Path.GetFileName(Path);

    internal JsonArray Cells => json["cells"]!.AsArray();

    /// <summary>Whether cells carry ids: since nbformat 4.5.</summary>
    internal bool HasCellIds => (int?)json["nbformat_minor"] >= 5;

    /// <exception cref="KernelException">The file is absent, cannot be read, or is no notebook.</exception>
    internal static NotebookFile Read(string path)
    {
        var file = System.IO.Path.GetFullPath(path);
        if (!File.Exists(file))
            throw new KernelException($"{path} does not exist; check the path.");
        try
        {
            if (JsonNode.Parse(File.ReadAllText(file)) is JsonObject json && (int?)json["nbformat"] == 4 && json["cells"] is JsonArray)
                return new NotebookFile(file, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new KernelException($"{path} is no notebook: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"{path} cannot be read: {e.Message.TrimEnd('.')}; make it readable.", e);
        }

        throw new KernelException($"{path} is no notebook of nbformat 4; save it with a Jupyter of this decade.");
    }

    /// <summary>Writes it with its sources in lines, whole or not at all.</summary>
    /// <exception cref="KernelException">The file cannot be written.</exception>
    internal void Write(string path)
    {
        foreach (var cell in Cells)
            cell!["source"] = MultiLine.Split(Source(cell));
        Disk.Write(path, NotebookJson.Write(json));
    }

    internal static bool IsCode(JsonNode cell) => (string?)cell["cell_type"] == "code";

    internal static string Source(JsonNode cell) => MultiLine.Join(cell["source"]);

    internal static bool HasTag(JsonNode cell, string tag) =>
        cell["metadata"]?["tags"] is JsonArray tags && tags.Any(t => (string?)t == tag);
}
