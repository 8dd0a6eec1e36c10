using System.Collections.Concurrent;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Server;

/// <summary>The channels on which clients ask.</summary>
internal enum Channel
{
    Shell,
    Control,
    StandardInput,
}

/// <summary>
/// A kernel's five sockets. One thread receives and answers on shell, control and stdin; published messages go out from the
/// thread that has them; heartbeats are echoed by a thread that does nothing else.
/// </summary>
internal sealed class Channels : IDisposable
{
    private const string WakeEndpoint = "inproc://wake";

    private static readonly byte[][] WakeUp =
    [
        [],
    ];

    private readonly ZmqContext context = new();
    private readonly MessageCodec codec;
    private readonly ZmqSocket[] asked;
    private readonly ZmqSocket published;
    private readonly ZmqSocket heartbeat;
    private readonly ZmqSocket wakeSender;
    private readonly ZmqSocket wakeReceiver;
    private readonly ConcurrentQueue<(Channel Channel, IReadOnlyList<byte[]> Frames)> outgoing = new();
    private readonly Lock publishing = new();
    private readonly Lock waking = new();
    private bool isClosed;

    /// <exception cref="KernelException">libzmq is missing, or an address is taken.</exception>
    internal Channels(ConnectionInfo connection)
    {
        codec = new MessageCodec(connection.Key);
        asked =
        [
            Bound(SocketKind.Router, connection.Endpoint(connection.Shell)),
            Bound(SocketKind.Router, connection.Endpoint(connection.Control)),
            Bound(SocketKind.Router, connection.Endpoint(connection.StandardInput)),
        ];
        published = Bound(SocketKind.Publish, connection.Endpoint(connection.IoPub));
        heartbeat = Bound(SocketKind.Reply, connection.Endpoint(connection.Heartbeat));
        wakeReceiver = Bound(SocketKind.Pair, WakeEndpoint);
        wakeSender = context.Socket(SocketKind.Pair);
        wakeSender.Connect(WakeEndpoint);
        new Thread(EchoHeartbeats) { IsBackground = true, Name = "heartbeat" }.Start();
    }

    private ZmqSocket Bound(SocketKind kind, string endpoint)
    {
        var socket = context.Socket(kind);
        socket.Bind(endpoint);
        return socket;
    }

    /// <summary>Receives until cancelled. Messages that are not signed for this kernel, or are none, are left unanswered.</summary>
    internal void Run(Action<Channel, Message> received, CancellationToken cancellation)
    {
        using var registered = cancellation.Register(Wake);
        ZmqSocket[] waited = [.. asked, wakeReceiver];
        while (!cancellation.IsCancellationRequested)
        {
            ZmqSocket.Wait(waited, Timeout.InfiniteTimeSpan);
            while (wakeReceiver.TryReceive() is not null) { }
            SendOutgoing();
            foreach (var channel in Enum.GetValues<Channel>())
                while (asked[(int)channel].TryReceive() is { } frames)
                    if (Decode(frames) is { } message)
                        received(channel, message);
        }

        SendOutgoing();
    }

    /// <summary>Sends an answer, from any thread.</summary>
    internal void Send(Channel channel, Message message)
    {
        outgoing.Enqueue((channel, codec.Encode(message)));
        Wake();
    }

    /// <summary>Sends to whoever listens, from any thread.</summary>
    internal void Publish(Message message)
    {
        var frames = codec.Encode(message);
        lock (publishing)
            if (!isClosed)
                published.Send(frames);
    }

    private void Wake()
    {
        lock (waking)
            if (!isClosed)
                wakeSender.Send(WakeUp);
    }

    private void SendOutgoing()
    {
        while (outgoing.TryDequeue(out var item))
            asked[(int)item.Channel].Send(item.Frames);
    }

    private Message? Decode(IReadOnlyList<byte[]> frames)
    {
        try
        {
            return codec.Decode(frames);
        }
        catch (InvalidDataException e)
        {
            Log.Write(e.Message);
            return null;
        }
    }

    private void EchoHeartbeats()
    {
        try
        {
            while (true)
                heartbeat.Send(heartbeat.Receive());
        }
        catch (ZmqClosedException)
        {
            heartbeat.Dispose();
        }
    }

    /// <summary>Closes the sockets once what they hold is sent.</summary>
    public void Dispose()
    {
        lock (publishing)
            lock (waking)
                isClosed = true;
        foreach (var socket in (ZmqSocket[])[.. asked, published, wakeSender, wakeReceiver])
            socket.Dispose();
        context.Shutdown();
        context.Dispose();
    }
}
