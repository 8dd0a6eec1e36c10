using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using F2Net.Kernels.Cuda;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Cuda;

/// <summary>The CUDA sources compiled by the machine's C++ compiler, and run on the CPU.</summary>
internal sealed unsafe class EmulatedKernels : ICudaKernels
{
    private readonly nint library;

    private EmulatedKernels(nint library) => this.library = library;

    /// <summary>In a compiler's place.</summary>
    internal static ICudaKernels Compile(string source, Tensor tensor, params ReadOnlySpan<(string Name, long Value)> constants)
    {
        using var folder = new TempFolder();
        var (program, built) = (Path.Combine(folder.Path, "kernels.cpp"), Path.Combine(folder.Path, "kernels.so"));
        string[] kernels = source switch
        {
            "scan.cu" => ["add_states", "carry_states", "give_outputs"],
            "norm.cu" => ["norm_channels_together", "norm_pixels_together"],
            _ => ["split"],
        };
        File.WriteAllLines(
            program,
            [
                $"#include \"{ProjectFolder.Path("tests/F2Net/Kernels/Cuda/emulation.h")}\"",
                $"#include \"{ProjectFolder.Path("lib/F2Net/Kernels/Cuda/value.cu")}\"",
                $"#include \"{ProjectFolder.Path($"lib/F2Net/Kernels/Cuda/{source}")}\"",
                .. kernels.Select(kernel => $"KERNEL({kernel})"),
            ]
        );
        var arguments = new List<string>
        {
            "-std=c++20",
            "-O1",
            "-shared",
            "-fPIC",
            "-pthread",
            "-Wno-unknown-pragmas",
            "-o",
            built,
            program,
        };
        arguments.Add(tensor.dtype == ScalarType.BFloat16 ? "-DBFLOAT16=1" : "-DBFLOAT16=0");
        foreach (var (name, value) in constants)
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"-D{name}={value}"));
        using var compiler = Process.Start(
            new ProcessStartInfo("g++", arguments) { UseShellExecute = false, RedirectStandardError = true }
        )!;
        var said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, said);
        return new EmulatedKernels(NativeLibrary.Load(built));
    }

    public void Launch(string kernel, (long X, long Y, long Z) grid, (long X, long Y) block, params ReadOnlySpan<nint> arguments)
    {
        var launch = (delegate* unmanaged[Cdecl]<Index, Index, void**, void>)NativeLibrary.GetExport(library, "launch_" + kernel);
        var addresses = stackalloc void*[arguments.Length];
        fixed (nint* values = arguments)
        {
            for (var i = 0; i < arguments.Length; i++)
                addresses[i] = values + i;
            launch(new((uint)grid.X, (uint)grid.Y, (uint)grid.Z), new((uint)block.X, (uint)block.Y, 1), addresses);
        }
    }

    private readonly record struct Index(uint X, uint Y, uint Z);
}
