using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>What TorchSharp's API does not tell about an NVIDIA GPU, from the driver's own library, which is wherever a GPU is.</summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    /// <summary>The GPU's name.</summary>
    internal static string Name(Device device)
    {
        var name = new byte[256];
        Check(cuInit(0), nameof(cuInit));
        Check(cuDeviceGet(out var handle, Math.Max(0, device.index)), nameof(cuDeviceGet));
        Check(cuDeviceGetName(name, name.Length, handle), nameof(cuDeviceGetName));
        return Encoding.ASCII.GetString(name).TrimEnd('\0');
    }

    /// <summary>Bytes in use on the whole GPU, by every process. Ask from a thread that has computed there.</summary>
    internal static long UsedMemory()
    {
        Check(cuMemGetInfo(out var free, out var total), nameof(cuMemGetInfo));
        return (long)(total - free);
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
            throw new InvalidOperationException($"The CUDA driver answered {result} to {call}.");
    }

    [LibraryImport(Library)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetName([Out] byte[] name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int cuMemGetInfo(out nuint free, out nuint total);
}
