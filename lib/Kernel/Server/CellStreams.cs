using System.Text;
using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Server;

/// <summary>
/// What cells print, gathered for a moment and sent in order. Text belongs to the cell whose code printed it, also from a thread
/// or task that the cell started.
/// </summary>
internal sealed class CellStreams(Action<string, JsonObject, Message?> publish)
{
    private const int MostGathered = 1 << 16;

    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(50);

    private readonly StringBuilder text = new();
    private readonly Lock gate = new();
    private string name = "stdout";
    private Message? parent;
    private bool isFlushDue;

    internal void Append(string stream, ReadOnlySpan<char> printed, Message? by)
    {
        lock (gate)
        {
            if (text.Length > 0 && (stream != name || by != parent))
                Send();
            (name, parent) = (stream, by);
            text.Append(printed);
            if (text.Length >= MostGathered)
                Send();
            else if (!isFlushDue)
                FlushSoon();
        }
    }

    /// <summary>Sends what has been printed so far.</summary>
    internal void Flush()
    {
        lock (gate)
            Send();
    }

    private void Send()
    {
        if (text.Length == 0)
            return;
        var content = new JsonObject { ["name"] = name, ["text"] = text.ToString() };
        text.Clear();
        publish("stream", content, parent);
    }

    private void FlushSoon()
    {
        isFlushDue = true;
        // The flush belongs to no cell: it must not stop when one is interrupted.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Delay(GatherFor).ContinueWith(_ => FlushNow(), TaskScheduler.Default);
    }

    private void FlushNow()
    {
        lock (gate)
        {
            isFlushDue = false;
            Send();
        }
    }
}
