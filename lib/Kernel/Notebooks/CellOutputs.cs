using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Notebooks;

/// <summary>The outputs of a notebook's cells, gathered from what a kernel publishes while it runs them.</summary>
internal sealed class CellOutputs
{
    private static readonly string[] SplitTypes = ["application/javascript", "image/svg+xml"];

    private readonly Dictionary<string, List<JsonObject>> displayed = [];
    private JsonArray outputs = [];
    private bool clearBeforeNext;

    /// <summary>From here on, outputs belong to this cell.</summary>
    internal void Begin(JsonNode cell)
    {
        outputs = [];
        clearBeforeNext = false;
        cell["outputs"] = outputs;
    }

    internal void Take(Message published)
    {
        var content = published.Content;
        switch (published.Type)
        {
            case "stream":
                AddStream(published.Text("name"), published.Text("text"));
                break;
            case "display_data":
                Remember(content, Add(Data("display_data", content)));
                break;
            case "execute_result":
                var result = Data("execute_result", content);
                result["execution_count"] = content["execution_count"]?.DeepClone();
                Add(result);
                break;
            case "update_display_data":
                foreach (var shown in displayed.GetValueOrDefault(DisplayId(content)) ?? [])
                    (shown["data"], shown["metadata"]) = (Bundle(content), content["metadata"]!.DeepClone());
                break;
            case "error":
                var error = content.DeepClone().AsObject();
                error["output_type"] = "error";
                Add(error);
                break;
            case "clear_output":
                clearBeforeNext = published.Flag("wait", false);
                if (!clearBeforeNext)
                    outputs.Clear();
                break;
        }
    }

    private JsonObject Add(JsonObject output)
    {
        if (clearBeforeNext)
            outputs.Clear();
        clearBeforeNext = false;
        outputs.Add(output);
        return output;
    }

    /// <summary>Text that follows text of the same stream is one output.</summary>
    private void AddStream(string name, string text)
    {
        if (
            !clearBeforeNext
            && outputs.LastOrDefault() is { } last
            && (string?)last["name"] == name
            && (string?)last["output_type"] == "stream"
        )
        {
            last["text"] = MultiLine.Split(MultiLine.Join(last["text"]) + text);
            return;
        }

        Add(
            new JsonObject
            {
                ["output_type"] = "stream",
                ["name"] = name,
                ["text"] = MultiLine.Split(text),
            }
        );
    }

    private void Remember(JsonObject content, JsonObject output)
    {
        if (DisplayId(content) is not { Length: > 0 } id)
            return;
        if (!displayed.TryGetValue(id, out var shown))
            displayed[id] = shown = [];
        shown.Add(output);
    }

    private static string DisplayId(JsonObject content) => (string?)content["transient"]?["display_id"] ?? "";

    private static JsonObject Data(string type, JsonObject content) =>
        new()
        {
            ["output_type"] = type,
            ["data"] = Bundle(content),
            ["metadata"] = content["metadata"]?.DeepClone() ?? new JsonObject(),
        };

    /// <summary>A bundle with its texts as lists of lines.</summary>
    private static JsonObject Bundle(JsonObject content)
    {
        var bundle = new JsonObject();
        foreach (var (type, value) in content["data"]!.AsObject())
        {
            var isSplit = !MimeBundle.IsJson(type) && (type.StartsWith("text/", StringComparison.Ordinal) || SplitTypes.Contains(type));
            bundle[type] = isSplit ? MultiLine.Split((string)value!) : value?.DeepClone();
        }

        return bundle;
    }
}
