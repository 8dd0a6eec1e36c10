using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>What TorchSharp's API lacks about an NVIDIA GPU, from the driver's own library, which is wherever a GPU is.</summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    // CUdevice_attribute, from cuda.h.
    private const int ArchitectureMajor = 75,
        ArchitectureMinor = 76;

    /// <summary>The GPU's name.</summary>
    internal static string Name(Device device)
    {
        var name = new byte[256];
        Check(cuInit(0));
        Check(cuDeviceGet(out var handle, Math.Max(0, device.index)));
        Check(cuDeviceGetName(name, name.Length, handle));
        return Encoding.ASCII.GetString(name).TrimEnd('\0');
    }

    /// <summary>Bytes in use on a whole GPU, by every process.</summary>
    internal static long UsedMemory(Device device)
    {
        Enter(device.index);
        Check(cuMemGetInfo(out var free, out var total));
        return (long)(total - free);
    }

    /// <summary>Makes this thread work on a GPU, where libtorch's threads work already.</summary>
    internal static void Enter(int device)
    {
        Check(cuInit(0));
        Check(cuDeviceGet(out var handle, Math.Max(0, device)));
        Check(cuCtxGetCurrent(out var context));
        if (context != 0)
        {
            Check(cuCtxGetDevice(out var entered));
            if (entered == handle)
                return;
        }
        Check(cuDevicePrimaryCtxRetain(out context, handle));
        Check(cuCtxSetCurrent(context));
    }

    /// <summary>Of the GPU that this thread works on, as compilers name it: 90 for 9.0.</summary>
    internal static int Architecture()
    {
        Check(cuCtxGetDevice(out var device));
        Check(cuDeviceGetAttribute(out var major, ArchitectureMajor, device));
        Check(cuDeviceGetAttribute(out var minor, ArchitectureMinor, device));
        return 10 * major + minor;
    }

    /// <summary>A module from machine code.</summary>
    internal static nint Load(byte[] image)
    {
        fixed (byte* start = image)
        {
            Check(cuModuleLoadData(out var module, start));
            return module;
        }
    }

    internal static nint Kernel(nint module, string name)
    {
        Check(cuModuleGetFunction(out var function, module, name));
        return function;
    }

    internal static void Launch(nint function, (long X, long Y, long Z) grid, (long X, long Y) block, void** arguments) =>
        Check(
            cuLaunchKernel(
                function,
                checked((uint)grid.X),
                checked((uint)grid.Y),
                checked((uint)grid.Z),
                checked((uint)block.X),
                checked((uint)block.Y),
                1,
                sharedMemory: 0,
                stream: 0,
                arguments,
                null
            )
        );

    private static void Check(int result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != 0)
            throw new InvalidOperationException(
                $"The CUDA driver answered {result} to {call[..call.IndexOf('(', StringComparison.Ordinal)]}."
            );
    }

    [LibraryImport(Library)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetName([Out] byte[] name, int length, int device);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int cuMemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library)]
    private static partial int cuCtxGetCurrent(out nint context);

    [LibraryImport(Library)]
    private static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    private static partial int cuCtxGetDevice(out int device);

    [LibraryImport(Library)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    private static partial int cuModuleLoadData(out nint module, byte* image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    private static partial int cuLaunchKernel(
        nint function,
        uint gridX,
        uint gridY,
        uint gridZ,
        uint blockX,
        uint blockY,
        uint blockZ,
        uint sharedMemory,
        nint stream,
        void** arguments,
        void** extra
    );
}
