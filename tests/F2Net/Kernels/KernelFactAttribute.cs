using System.Runtime.Intrinsics;

namespace F2Net.Tests.Kernels;

/// <summary>What only a kernel in C# does, not the tensor operators that stand in where there are no vectors of eight (Simd.Takes).</summary>
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute()
    {
        if (!Vector256.IsHardwareAccelerated)
            Skip = "This machine has no vectors of eight floats; tensor operators take the kernel's place.";
    }
}
