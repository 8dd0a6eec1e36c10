using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace F2Net.Kernels;

/// <summary>
/// The threads that libtorch's own operators run on. A training step is some thousand short regions, kernels and operators in turn: with
/// one team for both, its threads are still awake when the next region begins, and waking one costs as much as a small region takes.
/// </summary>
internal static unsafe class OpenMp
{
    private static readonly nint Library = Find();

    // void GOMP_parallel(void (*fn)(void *), void *data, unsigned num_threads, unsigned flags), in libgomp since GCC 4.9.
    private static readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> Parallel =
        (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)Export("GOMP_parallel");

    private static readonly delegate* unmanaged[Cdecl]<int> ThreadNumber = (delegate* unmanaged[Cdecl]<int>)Export("omp_get_thread_num");

    /// <summary>Whether libtorch runs on GNU OpenMP.</summary>
    internal static bool IsThere => Library != 0;

    /// <summary>Runs work(thread) once on each of so many threads; returns when all are done, and throws what one of them threw.</summary>
    internal static void Run(int threads, Action<int> work)
    {
        var region = new Region(work);
        var handle = GCHandle.Alloc(region);
        try
        {
            Parallel(&Enter, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
        region.Failure?.Throw();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(nint handle)
    {
        var region = (Region)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            region.Work(ThreadNumber());
        }
        catch (Exception e) // none may cross native frames
        {
            region.Failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    // The library that is loaded already, under whatever name: another copy would bring another team.
    private static nint Find()
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps))
            return 0;
        var loaded = File.ReadLines(maps).FirstOrDefault(line => line.Contains("/libgomp", StringComparison.Ordinal));
        return loaded is not null && NativeLibrary.TryLoad(loaded[loaded.IndexOf('/', StringComparison.Ordinal)..], out var library)
            ? library
            : 0;
    }

    private static nint Export(string name) => Library == 0 ? 0 : NativeLibrary.GetExport(Library, name);

    private sealed class Region(Action<int> work)
    {
        internal Action<int> Work { get; } = work;

        internal ExceptionDispatchInfo? Failure { get; set; }
    }
}
