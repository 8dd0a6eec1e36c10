using F2Net.Kernels.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>
/// The most memory that something takes. On the CPU the process's resident memory, all of it: runtime, libraries, weights. On a GPU the
/// device memory taken since the process began to measure, what libtorch's allocator keeps for itself included, the CUDA context not: less
/// than nvidia-smi counts. That allocator gives nothing back, so a figure is the most of all that was measured so far: measure small things
/// first.
/// </summary>
public sealed class PeakMemory
{
    private readonly Device device;

    private PeakMemory(Device device) => this.device = device;

    /// <summary>What of the GPU's memory others use, and CUDA's context; read before the first tensor goes there.</summary>
    private static long? others;

    /// <summary>Begins a measurement.</summary>
    public static PeakMemory Start(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device); // makes the context
            others ??= CudaDriver.UsedMemory(device);
        }
        else
        {
            Machine.ReleaseFreedMemory();
            Machine.ResetPeakMemory();
        }
        return new(device);
    }

    /// <summary>Bytes at the most since the start.</summary>
    public long Bytes => device.type == DeviceType.CUDA ? CudaDriver.UsedMemory(device) - others!.Value : Machine.PeakMemory;
}
