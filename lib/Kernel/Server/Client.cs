using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using F2Net.Kernel.Display;
using F2Net.Kernel.Protocol;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Server;

/// <summary>The other side of the wire, as the code that answers requests sees it: replies, published output, questions.</summary>
internal sealed class Client : IDisplay
{
    private static readonly AsyncLocal<Message?> Ambient = new();

    private readonly Channels channels;
    private readonly string session = Guid.NewGuid().ToString();
    private readonly BlockingCollection<string> inputs = [];
    private volatile Message? lastExecuted;

    internal Client(Channels channels)
    {
        this.channels = channels;
        Streams = new CellStreams(Publish);
    }

    internal CellStreams Streams { get; }

    /// <summary>The request on whose behalf the calling code runs; output goes to its cell.</summary>
    internal Message? Request
    {
        get => Ambient.Value ?? lastExecuted;
        set => Ambient.Value = lastExecuted = value;
    }

    internal void Reply(Channel channel, Message request, JsonObject content, string status = "ok")
    {
        // is_complete_reply has a status of its own kind.
        content.TryAdd("status", status);
        var type = request.Type.Replace("_request", "_reply", StringComparison.Ordinal);
        channels.Send(channel, Message.Create(type, content, session, request, request.Identities));
    }

    internal void Publish(string type, JsonObject content, Message? parent) =>
        channels.Publish(Message.Create(type, content, session, parent, [Encoding.UTF8.GetBytes($"kernel.{type}")]));

    internal void Status(string state, Message? parent) => Publish("status", new JsonObject { ["execution_state"] = state }, parent);

    public void Show(JsonObject data, string displayId) => PublishData("display_data", data, displayId);

    public void Update(JsonObject data, string displayId) => PublishData("update_display_data", data, displayId);

    public void Clear(bool wait)
    {
        Streams.Flush();
        Publish("clear_output", new JsonObject { ["wait"] = wait }, Request);
    }

    private void PublishData(string type, JsonObject data, string displayId)
    {
        Streams.Flush();
        var content = new JsonObject
        {
            ["data"] = data,
            ["metadata"] = new JsonObject(),
            ["transient"] = new JsonObject { ["display_id"] = displayId },
        };
        Publish(type, content, Request);
    }

    /// <summary>Asks the user for a line, and waits for it.</summary>
    internal string Ask()
    {
        var request = Request;
        if (request?.Flag("allow_stdin", false) != true)
            throw new KernelException(
                "The cell reads a line from the user, and whoever runs this notebook takes no input; give it a value instead."
            );
        Streams.Flush();
        while (inputs.TryTake(out _)) { }
        var question = new JsonObject { ["prompt"] = "", ["password"] = false };
        channels.Send(Channel.StandardInput, Message.Create("input_request", question, session, request, request.Identities));
        return inputs.Take(CellExecution.Current?.Token ?? CancellationToken.None);
    }

    /// <summary>Takes the user's answer to <see cref="Ask"/>.</summary>
    internal void Answer(Message inputReply) => inputs.Add(inputReply.Text("value"));
}
