using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>
/// Which kernels OpenBLAS computes with. It goes by the processor's model, and takes one that is younger than itself for the oldest there is, at a fifth
/// of the rate or less; what it takes models that it knows for follows from what they can do.
/// </summary>
internal static partial class BlasKernels
{
    // "Genu", the first letters of the vendor's name.
    private const int Intel = 0x756E6547;

    /// <summary>To be called before OpenBLAS loads. Whoever has set OPENBLAS_CORETYPE is left alone.</summary>
    internal static void Choose()
    {
        if (!OperatingSystem.IsLinux() || !X86Base.IsSupported || X86Base.CpuId(0, 0).Ebx != Intel)
            return;
        if (Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported)
            _ = setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
        else if (Avx2.IsSupported && Fma.IsSupported)
            _ = setenv("OPENBLAS_CORETYPE", "Haswell", 0);
    }

    // The environment that native libraries read; .NET's own is a copy that they do not see.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
