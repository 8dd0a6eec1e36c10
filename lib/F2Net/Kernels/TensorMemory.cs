using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// Where a tensor's values lie on its device. TorchSharp's API tells it of the CPU alone, and of some types or below 2 GiB; the native library below
/// it, this kit's or TorchSharp's own, tells it of all.
/// </summary>
internal static unsafe class TensorMemory
{
    private static readonly nint OurData = Export("f2torch", "f2_data");
    private static readonly nint TheirStorage = Export("LibTorchSharp", "THSStorage_data_ptr");

    /// <summary>The address of a contiguous tensor's first value; it stays as long as the tensor.</summary>
    internal static nint Start(Tensor dense)
    {
        if (OurData != 0)
        {
            void* start;
            _ = ((delegate* unmanaged[Cdecl]<nint, void**, int>)OurData)(dense.Handle, &start);
            return (nint)start;
        }
        var storage = ((delegate* unmanaged[Cdecl]<nint, nint>)TheirStorage)(dense.Handle);
        return storage + (nint)(dense.storage_offset() * dense.ElementSize);
    }

    private static nint Export(string library, string name) =>
        NativeLibrary.TryLoad(library, typeof(Tensor).Assembly, null, out var handle) ? NativeLibrary.GetExport(handle, name) : 0;
}
