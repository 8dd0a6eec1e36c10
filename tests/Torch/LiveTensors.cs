using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

internal static class LiveTensors
{
    /// <summary>Tensors alive, without those that other tests have left to the garbage collector and that could go during a count.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
