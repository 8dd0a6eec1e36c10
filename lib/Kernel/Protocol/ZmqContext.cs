namespace F2Net.Kernel.Protocol;

/// <summary>One libzmq context, the home of a process's sockets.</summary>
internal sealed class ZmqContext : IDisposable
{
    private readonly nint handle;

    /// <exception cref="KernelException">libzmq is not on this machine.</exception>
    internal ZmqContext()
    {
        try
        {
            handle = ZeroMq.zmq_ctx_new();
        }
        catch (DllNotFoundException e)
        {
            throw new KernelException("Jupyter's messages travel over ZeroMQ and libzmq.so.5 is not here; install the package libzmq5.", e);
        }
    }

    internal ZmqSocket Socket(SocketKind kind) => new(handle, kind);

    /// <summary>Wakes every thread that waits on one of the sockets; each then gets a <see cref="ZmqClosedException"/>.</summary>
    internal void Shutdown() => _ = ZeroMq.zmq_ctx_shutdown(handle);

    /// <summary>Returns once every socket is closed and what they had left to send is sent.</summary>
    public void Dispose() => _ = ZeroMq.zmq_ctx_term(handle);
}
