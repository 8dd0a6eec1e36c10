using System.Runtime.InteropServices;
using static F2Net.Kernels.Scans.ScanChunk;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>Chunks from first to last, each with the heads' states S₀ before it and its features.</summary>
internal sealed unsafe class ScanTape : IScanTape
{
    private readonly long stateSize,
        featureSize;
    private readonly List<(int Start, int Count, nint Memory)> entries = [];

    /// <summary>Records the next chunks of a walk.</summary>
    /// <param name="chunk">The one that the walk moves.</param>
    /// <param name="most">So many chunks at most.</param>
    internal ScanTape(ScanShape shape, ScanChunk chunk, ScanWalk walk, int most = int.MaxValue)
    {
        (stateSize, featureSize) = (walk.StateSize, (long)shape.Features * Length);
        while (entries.Count < most && walk.Next())
        {
            var memory = (float*)NativeMemory.AlignedAlloc((nuint)(stateSize + featureSize) * sizeof(float), 64);
            entries.Add((walk.Start, chunk.Count, (nint)memory));
            Copy(walk.States, memory, stateSize);
            Copy(chunk.Features, memory + stateSize, featureSize);
        }
    }

    public int Count => entries.Count;

    public float* Restore(int index, ScanChunk chunk)
    {
        var (start, count, memory) = entries[index];
        var states = (float*)memory;
        Copy(states + stateSize, chunk.Features, featureSize);
        chunk.Reread(start, count);
        return states;
    }

    public void Dispose()
    {
        foreach (var entry in entries)
            NativeMemory.AlignedFree((void*)entry.Memory);
    }
}
