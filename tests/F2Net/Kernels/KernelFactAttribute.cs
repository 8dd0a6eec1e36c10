using System.Runtime.Intrinsics;

namespace F2Net.Tests.Kernels;

/// <summary>What only a kernel in C# does, not the tensor operators that stand in where there are no vectors of eight (Simd.Takes).</summary>
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute() => Skip = Why;

    internal static string? Why =>
        Vector256.IsHardwareAccelerated ? null : "This machine has no vectors of eight floats; tensor operators take the kernel's place.";
}

/// <summary>The same for several cases.</summary>
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute() => Skip = KernelFactAttribute.Why;
}
