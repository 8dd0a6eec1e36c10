using F2Net.Kernels.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>
/// The most memory that something takes. On the CPU the process's resident memory, all of it: runtime, libraries, weights. On a GPU the
/// device memory taken since the process began to measure, the CUDA context and what libtorch's allocator keeps for itself included, as
/// nvidia-smi counts it; that allocator gives nothing back, so measure small things first.
/// </summary>
public sealed class PeakMemory
{
    private readonly Device device;

    private PeakMemory(Device device) => this.device = device;

    /// <summary>What of the GPU's memory others use; read before the first tensor goes there.</summary>
    private static long? others;

    /// <summary>Begins a measurement.</summary>
    public static PeakMemory Start(Device device)
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device); // makes the context
            others ??= CudaDriver.UsedMemory();
        }
        else
        {
            Machine.ReleaseFreedMemory();
            Machine.ResetPeakMemory();
        }
        return new(device);
    }

    /// <summary>Bytes at the most since the start.</summary>
    public long Bytes => device.type == DeviceType.CUDA ? CudaDriver.UsedMemory() - others!.Value : Machine.PeakMemory;
}
