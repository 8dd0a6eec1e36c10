using System.Runtime.InteropServices;

namespace F2Net.Kernel.Protocol;

/// <summary>The socket types of Jupyter's channels.</summary>
internal enum SocketKind
{
    Pair = 0,
    Publish = 1,
    Subscribe = 2,
    Request = 3,
    Reply = 4,
    Dealer = 5,
    Router = 6,
}

/// <summary>The context was shut down while a socket of it was in use.</summary>
internal sealed class ZmqClosedException : Exception;

/// <summary>A libzmq socket. Used by one thread at a time: callers that share one hold a lock.</summary>
internal sealed unsafe class ZmqSocket : IDisposable
{
    private const int SubscribeOption = 6,
        LingerOption = 17,
        SendLimitOption = 23,
        ReceiveLimitOption = 24,
        LastEndpointOption = 32,
        HandoverOption = 56;
    private const int ContextTerminated = 156384765;

    // How long a closed socket goes on sending what it still holds.
    private const int LingerMilliseconds = 1000;

    private readonly nint handle;

    internal ZmqSocket(nint context, SocketKind kind)
    {
        handle = ZeroMq.zmq_socket(context, (int)kind);
        if (handle == 0)
            throw Failed("zmq_socket");
        Set(LingerOption, LingerMilliseconds);
        // Published output is never dropped because a client reads slowly.
        Set(SendLimitOption, 0);
        Set(ReceiveLimitOption, 0);
        if (kind == SocketKind.Router)
            Set(HandoverOption, 1); // a client that reconnects takes its name along
        if (kind == SocketKind.Subscribe)
            Check(ZeroMq.zmq_setsockopt(handle, SubscribeOption, null, 0), "zmq_setsockopt");
    }

    /// <summary>The address the socket is bound to, with the port that the system chose.</summary>
    internal string Endpoint
    {
        get
        {
            var buffer = stackalloc byte[256];
            nuint size = 256;
            Check(ZeroMq.zmq_getsockopt(handle, LastEndpointOption, buffer, &size), "zmq_getsockopt");
            return Marshal.PtrToStringUTF8((nint)buffer)!;
        }
    }

    /// <exception cref="KernelException">The address is taken or not this machine's.</exception>
    internal void Bind(string endpoint)
    {
        if (ZeroMq.zmq_bind(handle, endpoint) != 0)
            throw new KernelException(
                $"The kernel cannot listen on {endpoint} ({ZeroMq.Describe(Marshal.GetLastPInvokeError())}); start it with another connection file."
            );
    }

    internal void Connect(string endpoint) => Check(ZeroMq.zmq_connect(handle, endpoint), "zmq_connect");

    internal void Send(IReadOnlyList<byte[]> frames)
    {
        for (var i = 0; i < frames.Count; i++)
            SendFrame(frames[i], i + 1 < frames.Count ? ZeroMq.SendMore : 0);
    }

    private void SendFrame(byte[] frame, int flags)
    {
        fixed (byte* data = frame)
        {
            while (ZeroMq.zmq_send(handle, data, (nuint)frame.Length, flags) < 0)
                ThrowUnlessInterrupted("zmq_send");
        }
    }

    /// <summary>Waits for a message and returns its frames.</summary>
    internal List<byte[]> Receive() => TryReceive(0)!;

    /// <summary>The frames of a message that is there already, or null.</summary>
    internal List<byte[]>? TryReceive() => TryReceive(ZeroMq.DoNotWait);

    private List<byte[]>? TryReceive(int flags)
    {
        var frames = new List<byte[]>();
        var more = true;
        while (more)
        {
            ZeroMq.Frame frame = default;
            _ = ZeroMq.zmq_msg_init(ref frame);
            try
            {
                while (ZeroMq.zmq_msg_recv(ref frame, handle, flags) < 0)
                {
                    if (Marshal.GetLastPInvokeError() == ZeroMq.Again)
                        return null;
                    ThrowUnlessInterrupted("zmq_msg_recv");
                }

                frames.Add(new ReadOnlySpan<byte>(ZeroMq.zmq_msg_data(ref frame), (int)ZeroMq.zmq_msg_size(ref frame)).ToArray());
                more = ZeroMq.zmq_msg_more(ref frame) != 0;
            }
            finally
            {
                _ = ZeroMq.zmq_msg_close(ref frame);
            }
        }

        return frames;
    }

    /// <summary>Waits until one of the sockets has something to receive; false when the time is over.</summary>
    internal static bool Wait(IReadOnlyList<ZmqSocket> sockets, TimeSpan timeout)
    {
        var items = stackalloc ZeroMq.PollItem[sockets.Count];
        for (var i = 0; i < sockets.Count; i++)
            items[i] = new ZeroMq.PollItem { Socket = sockets[i].handle, Events = ZeroMq.PollIn };
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (nint)Math.Ceiling(timeout.TotalMilliseconds);
        int ready;
        while ((ready = ZeroMq.zmq_poll(items, sockets.Count, milliseconds)) < 0)
            ThrowUnlessInterrupted("zmq_poll");
        return ready > 0;
    }

    public void Dispose() => _ = ZeroMq.zmq_close(handle);

    private void Set(int option, int value) => Check(ZeroMq.zmq_setsockopt(handle, option, &value, sizeof(int)), "zmq_setsockopt");

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw Failed(call);
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == ContextTerminated)
            throw new ZmqClosedException();
        if (error != ZeroMq.Interrupted)
            throw Failed(call);
    }

    private static InvalidOperationException Failed(string call) => new($"{call}: {ZeroMq.Describe(Marshal.GetLastPInvokeError())}");
}
