using System.Diagnostics;
using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Notebooks;

/// <summary>A client of a kernel, over the protocol that every other client speaks. Used by one thread.</summary>
internal sealed class KernelClient : IDisposable
{
    private static readonly TimeSpan TimeToHear = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan InterruptPatience = TimeSpan.FromSeconds(3);

    private readonly ZmqContext context = new();
    private readonly MessageCodec codec;
    private readonly ZmqSocket shell;
    private readonly ZmqSocket control;
    private readonly ZmqSocket published;
    private readonly KernelProcess kernel;
    private readonly string session = Guid.NewGuid().ToString();

    internal KernelClient(KernelProcess kernel)
    {
        this.kernel = kernel;
        var connection = kernel.Connection;
        codec = new MessageCodec(connection.Key);
        shell = Connected(SocketKind.Dealer, connection.Endpoint(connection.Shell));
        control = Connected(SocketKind.Dealer, connection.Endpoint(connection.Control));
        published = Connected(SocketKind.Subscribe, connection.Endpoint(connection.IoPub));
    }

    private ZmqSocket Connected(SocketKind kind, string endpoint)
    {
        var socket = context.Socket(kind);
        socket.Connect(endpoint);
        return socket;
    }

    /// <summary>Waits until the kernel answers and its published messages arrive: what is published before that is lost.</summary>
    /// <exception cref="KernelException">The kernel did not start.</exception>
    internal void WaitUntilReady(CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartPatience; )
        {
            Send(shell, "kernel_info_request", []);
            for (var turn = Stopwatch.StartNew(); turn.Elapsed < LookEvery; )
                if (Next([published], LookEvery, cancellation) is not null)
                    return;
        }

        throw new KernelException(
            $"The kernel did not answer within {StartPatience.TotalSeconds:F0} s; start it again on a quieter machine."
        );
    }

    /// <summary>Runs a cell to its end; true when it succeeded.</summary>
    /// <param name="received">Told of everything the cell publishes.</param>
    /// <exception cref="KernelException">The kernel died.</exception>
    /// <exception cref="TimeoutException">
    /// The cell took longer than <paramref name="timeout"/>; it was interrupted, and had a few seconds to end well.
    /// </exception>
    internal bool Execute(string code, TimeSpan timeout, Action<Message> received, CancellationToken cancellation)
    {
        var content = new JsonObject
        {
            ["code"] = code,
            ["silent"] = false,
            ["store_history"] = true,
            ["user_expressions"] = new JsonObject(),
            ["allow_stdin"] = false,
            ["stop_on_error"] = true,
        };
        var request = Send(shell, "execute_request", content);
        var clock = Stopwatch.StartNew();
        Message? reply = null;
        var (isIdle, isInterrupted) = (false, false);
        while (reply is null || !isIdle)
        {
            if (isInterrupted && clock.Elapsed > timeout + InterruptPatience)
                break;
            if (!isInterrupted && clock.Elapsed > timeout)
            {
                Send(control, "interrupt_request", []);
                isInterrupted = true;
            }

            if (Next([published, shell], LookEvery, cancellation) is not { } message || (string?)message.ParentHeader["msg_id"] != request)
                continue;
            if (message.Type == "execute_reply")
                reply = message;
            else if (message.Type == "status")
                isIdle = message.Text("execution_state") == "idle";
            else
                received(message);
        }

        return isInterrupted ? throw new TimeoutException() : reply!.Text("status") == "ok";
    }

    /// <summary>Asks the kernel to end.</summary>
    internal void Shutdown() => Send(control, "shutdown_request", new JsonObject { ["restart"] = false });

    private string Send(ZmqSocket socket, string type, JsonObject content)
    {
        var message = Message.Create(type, content, session, null, []);
        socket.Send(codec.Encode(message));
        return message.Id;
    }

    /// <summary>The next message of one of the sockets, or null when none came in time.</summary>
    private Message? Next(IReadOnlyList<ZmqSocket> sockets, TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (var socket in sockets)
            if (socket.TryReceive() is { } frames)
                return codec.Decode(frames);
        if (ZmqSocket.Wait(sockets, timeout) || !kernel.HasExited)
            return null;
        // Ctrl-C reaches the kernel as well, which may hear of it first.
        cancellation.WaitHandle.WaitOne(TimeToHear);
        cancellation.ThrowIfCancellationRequested();
        throw new KernelException($"{kernel.Obituary()}");
    }

    public void Dispose()
    {
        foreach (var socket in (ZmqSocket[])[shell, control, published])
            socket.Dispose();
        context.Dispose();
    }
}
