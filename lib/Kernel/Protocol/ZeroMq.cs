using System.Runtime.InteropServices;

namespace F2Net.Kernel.Protocol;

/// <summary>The functions of libzmq that the kernel calls.</summary>
internal static partial class ZeroMq
{
    internal const int Again = 11;
    internal const int Interrupted = 4;
    internal const int DoNotWait = 1;
    internal const int SendMore = 2;
    internal const short PollIn = 1;

    private const string Library = "libzmq.so.5";

    [LibraryImport(Library)]
    internal static partial nint zmq_ctx_new();

    [LibraryImport(Library)]
    internal static partial int zmq_ctx_shutdown(nint context);

    [LibraryImport(Library)]
    internal static partial int zmq_ctx_term(nint context);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint zmq_socket(nint context, int type);

    [LibraryImport(Library)]
    internal static partial int zmq_close(nint socket);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial int zmq_setsockopt(nint socket, int option, void* value, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial int zmq_getsockopt(nint socket, int option, void* value, nuint* size);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int zmq_bind(nint socket, string endpoint);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int zmq_connect(nint socket, string endpoint);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial int zmq_send(nint socket, byte* data, nuint size, int flags);

    [LibraryImport(Library)]
    internal static partial int zmq_msg_init(ref Frame frame);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int zmq_msg_recv(ref Frame frame, nint socket, int flags);

    [LibraryImport(Library)]
    internal static unsafe partial byte* zmq_msg_data(ref Frame frame);

    [LibraryImport(Library)]
    internal static partial nuint zmq_msg_size(ref Frame frame);

    [LibraryImport(Library)]
    internal static partial int zmq_msg_more(ref Frame frame);

    [LibraryImport(Library)]
    internal static partial int zmq_msg_close(ref Frame frame);

    [LibraryImport(Library, SetLastError = true)]
    internal static unsafe partial int zmq_poll(PollItem* items, int count, nint timeoutMilliseconds);

    [LibraryImport(Library)]
    private static partial nint zmq_strerror(int error);

    internal static string Describe(int error) => Marshal.PtrToStringUTF8(zmq_strerror(error)) ?? $"error {error}";

    /// <summary>libzmq's zmq_msg_t: 64 bytes that only libzmq looks into.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct Frame
    {
        // Pointer alignment, which libzmq asks for.
        private readonly ulong aligned;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollItem
    {
        internal nint Socket;
        internal int FileDescriptor;
        internal short Events;
        internal short Found;
    }
}
