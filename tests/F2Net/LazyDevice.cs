using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests;

/// <summary>
/// A second device on a machine without a GPU: libtorch's lazy tensors, which record operators and run them through TorchScript on the CPU.
/// As on a GPU, an operator whose inputs lie on different devices is an error, and a tensor's memory cannot be read from here. Absent where
/// the provider's libtorch was built without it.
/// </summary>
internal static unsafe class LazyDevice
{
    private const string Start = "_ZN5torch4lazy22InitTorchScriptBackendEv"; // void torch::lazy::InitTorchScriptBackend()
    private static readonly Lazy<bool> Started = new(() =>
    {
        _ = get_num_threads(); // loads libtorch
        if (
            !NativeLibrary.TryLoad("libtorch_cpu.so.1.13", out var library) && !NativeLibrary.TryLoad("libtorch_cpu.so", out library)
            || !NativeLibrary.TryGetExport(library, Start, out var start)
        )
            return false;
        ((delegate* unmanaged<void>)start)();
        return true;
    });

    internal static bool IsThere => Started.Value;

    internal static Device Device { get; } = new((DeviceType)17, 0); // c10::DeviceType::Lazy
}
