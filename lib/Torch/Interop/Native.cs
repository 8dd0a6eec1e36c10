using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>libf2torch's C interface (native/f2torch.cpp): the only place that names native functions.</summary>
internal static unsafe partial class Native
{
    private const string Library = "f2torch";

    static Native() => BlasKernels.Choose();

    [LibraryImport(Library)]
    internal static partial nint f2_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int f2_operator(string name, string overload, out nint handle);

    [LibraryImport(Library)]
    internal static partial int f2_call(
        nint handle,
        NativeValue* arguments,
        int count,
        nint* outputs,
        int capacity,
        out int produced,
        NativeValue* scalar
    );

    [LibraryImport(Library)]
    internal static partial void f2_free(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint f2_alias(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_defined(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_dtype(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_device_type(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_device_index(nint tensor);

    [LibraryImport(Library)]
    internal static partial long f2_dim(nint tensor);

    [LibraryImport(Library)]
    internal static partial long f2_numel(nint tensor);

    [LibraryImport(Library)]
    internal static partial long f2_storage_offset(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_is_contiguous(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_requires_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial void f2_shape(nint tensor, long* sizes);

    [LibraryImport(Library)]
    internal static partial void f2_strides(nint tensor, long* strides);

    [LibraryImport(Library)]
    internal static partial int f2_data(nint tensor, out nint pointer);

    [LibraryImport(Library)]
    internal static partial int f2_set_requires_grad(nint tensor, int on);

    [LibraryImport(Library)]
    internal static partial int f2_set_data(nint tensor, nint data);

    [LibraryImport(Library)]
    internal static partial nint f2_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial int f2_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial int f2_grad_enabled();

    [LibraryImport(Library)]
    internal static partial void f2_set_grad_enabled(int on);

    [LibraryImport(Library)]
    internal static partial nint f2_inference_enter(int on);

    [LibraryImport(Library)]
    internal static partial void f2_inference_leave(nint guard);

    [LibraryImport(Library)]
    internal static partial int f2_backward(
        nint* outputs,
        long n,
        nint* grads,
        long gradCount,
        int retain,
        int create,
        nint* inputs,
        long inputCount
    );

    [LibraryImport(Library)]
    internal static partial int f2_autograd_grad(
        nint* outputs,
        long n,
        nint* inputs,
        long inputCount,
        nint* grads,
        long gradCount,
        int retain,
        int create,
        int allowUnused,
        nint* results
    );

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void f2_raise(string message);

    [LibraryImport(Library)]
    internal static partial int f2_node_new(
        nint state,
        delegate* unmanaged<nint, nint*, long, nint*, long, int> callback,
        delegate* unmanaged<nint, void> release,
        nint* inputs,
        long n,
        out nint node
    );

    [LibraryImport(Library)]
    internal static partial int f2_node_attach(nint node, nint* outputs, long n, int materialize);

    [LibraryImport(Library)]
    internal static partial int f2_node_save(nint node, nint* tensors, long n, byte* isOutput);

    [LibraryImport(Library)]
    internal static partial void f2_node_free(nint node);

    [LibraryImport(Library)]
    internal static partial nint f2_node_address(nint node);

    [LibraryImport(Library)]
    internal static partial long f2_node_saved_count(nint address);

    [LibraryImport(Library)]
    internal static partial int f2_node_saved(nint address, nint* results);

    [LibraryImport(Library)]
    internal static partial int f2_set_threads(int n);

    [LibraryImport(Library)]
    internal static partial int f2_get_threads();

    [LibraryImport(Library)]
    internal static partial int f2_manual_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial int f2_cuda_available();

    [LibraryImport(Library)]
    internal static partial int f2_cuda_count();

    [LibraryImport(Library)]
    internal static partial int f2_cuda_synchronize(long device);

    [LibraryImport(Library)]
    internal static partial int f2_generator_default(out nint generator);

    [LibraryImport(Library)]
    internal static partial int f2_generator_new(ulong seed, out nint generator);

    [LibraryImport(Library)]
    internal static partial void f2_generator_free(nint generator);

    [LibraryImport(Library)]
    internal static partial int f2_generator_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial int f2_generator_initial_seed(nint generator, out ulong seed);

    [LibraryImport(Library)]
    internal static partial int f2_generator_state(nint generator, out nint state);

    [LibraryImport(Library)]
    internal static partial int f2_generator_set_state(nint generator, nint state);

    /// <summary>Turns a native failure into an exception with libtorch's message, first line first.</summary>
    /// <exception cref="ExternalException">The call failed.</exception>
    internal static void Check(int status)
    {
        if (status != 0)
            throw new ExternalException(Marshal.PtrToStringUTF8(f2_error()));
    }
}
