using static TorchSharp.torch;

namespace F2Net.Tests;

/// <summary>Tensors alive in the process once the garbage of earlier tests is gone, so that no finalizer changes the count midway.</summary>
internal static class LiveTensors
{
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
