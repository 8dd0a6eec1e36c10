using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using F2Net.Kernels.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net;

/// <summary>
/// What the kit asks of the machine beyond TorchSharp's API: threads, an allocator that keeps freed pages, peak memory, names
/// for the protocol beside every figure.
/// </summary>
public static partial class Machine
{
    // mallopt's parameters, from malloc.h.
    private const int TrimThreshold = -1,
        TopPad = -2,
        MmapThreshold = -3,
        ArenaMax = -8;

    /// <summary>
    /// Gives libtorch all cores and makes glibc keep freed blocks of up to 32 MB, its most: a training step's maps would otherwise be
    /// handed back to the kernel and their pages cleared again at every operator. A whole image's maps are larger, and go back, so
    /// that they do not pile up in pieces. Call once, before the first tensor.
    /// </summary>
    /// <param name="precision">In which a GPU multiplies; float32 by default, as a CPU does.</param>
    public static void Prepare(int? threads = null, Precision? precision = null)
    {
        (precision ?? Precision.Float32).Prepare();
        set_num_threads(threads ?? Environment.ProcessorCount);
        if (!OperatingSystem.IsLinux())
            return;
        _ = mallopt(ArenaMax, 1);
        _ = mallopt(MmapThreshold, 32 << 20);
        _ = mallopt(TrimThreshold, 1 << 30);
        _ = mallopt(TopPad, 64 << 20);
    }

    /// <summary>Hands memory that nobody uses any more back to the system: between phases of different size.</summary>
    public static void ReleaseFreedMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers(); // tensors that nobody disposed of
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
            _ = malloc_trim(0);
    }

    /// <summary>The most resident memory this process has had, in bytes (VmHWM).</summary>
    public static long PeakMemory => Status("VmHWM:") * 1024;

    /// <summary>Starts the peak anew from what is resident now; where the system does not allow that, it goes on.</summary>
    public static void ResetPeakMemory()
    {
        try
        {
            if (OperatingSystem.IsLinux())
                File.WriteAllText("/proc/self/clear_refs", "5"); // proc(5): resets VmHWM
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // PeakMemory is then the process's since its start: an upper bound.
        }
    }

    /// <summary>Waits until a device has done what was asked of it; the CPU has.</summary>
    public static void Finish(Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }

    /// <summary>The GPU's or the processor's name.</summary>
    public static string NameOf(Device device) => device.type == DeviceType.CUDA ? CudaDriver.Name(device) : Processor;

    /// <summary>The processor's name, as the system tells it.</summary>
    public static string Processor =>
        (File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [])
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':', 2)[1]
            .Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>
    /// The commit checked out where a folder lies, with a plus sign when files other than results differ from it; "unknown" without git.
    /// </summary>
    public static string Commit(string folder)
    {
        var commit = Git(folder, "rev-parse --short HEAD");
        return commit is null
            ? "unknown"
            : commit + (Git(folder, "status --porcelain --untracked-files=no -- :/ :(top,exclude)results") is "" ? "" : "+");
    }

    /// <summary>Ends the process now, in the middle of whatever it computes: libtorch's own tear-down would crash while others still use it.</summary>
    public static void ExitAtOnce(int code)
    {
        if (OperatingSystem.IsLinux())
            Leave(code);
        Environment.Exit(code);
    }

    private static string? Git(string folder, string arguments)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", arguments)
                {
                    WorkingDirectory = folder,
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static long Status(string key) =>
        !File.Exists("/proc/self/status")
            ? Environment.WorkingSet / 1024
            : File.ReadLines("/proc/self/status")
                .Where(l => l.StartsWith(key, StringComparison.Ordinal))
                .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
                .FirstOrDefault();

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Leave(int code);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
