using System.Runtime.InteropServices;

namespace F2Net.Kernels;

/// <summary>Memory of one job, zeroed if it is not said otherwise, aligned to cache lines and handed out piece by piece.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private const int Alignment = 64;
    private readonly float* memory;
    private readonly long floats;
    private long taken;

    /// <param name="floats">As many as <see cref="Size"/> of every piece adds up to.</param>
    /// <param name="zeroed">False where every value is written before it is read: clearing megabytes takes as long as their products.</param>
    internal Scratch(long floats, bool zeroed = true)
    {
        this.floats = floats;
        memory = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), Alignment);
        if (zeroed)
            NativeMemory.Clear(memory, (nuint)(floats * sizeof(float)));
    }

    /// <summary>What a piece of so many floats takes, so that the next one starts on a cache line.</summary>
    internal static long Size(long count) => (count + 15) / 16 * 16;

    /// <summary>So many floats or a few more, so that what lies so far apart does not meet in the same places of the cache.</summary>
    internal static long Apart(long floats) => ((floats + 15) / 16 | 1) * 16;

    internal float* Take(long count)
    {
        var piece = memory + taken;
        taken += Size(count);
        return taken <= floats ? piece : throw new InvalidOperationException($"A job asked for {taken} of its {floats} floats.");
    }

    /// <summary>As many pieces of so many floats, one for each worker of a team or for each of something else.</summary>
    internal nint[] Take(int count, long floats)
    {
        var pieces = new nint[count];
        for (var i = 0; i < count; i++)
            pieces[i] = (nint)Take(floats);
        return pieces;
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);
}
