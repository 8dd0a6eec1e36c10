using System.Runtime.InteropServices;
using static F2Net.Kernels.ScanChunk;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

/// <summary>A direction's chunks from first to last, each with the heads' states S₀ before it and its features: what the way back needs.</summary>
internal sealed unsafe class ScanTape : IDisposable
{
    private readonly ScanShape shape;
    private readonly long stateSize,
        featureSize;
    private readonly List<(int Start, int Count, nint Memory)> entries = [];

    /// <summary>Follows a chunk over the direction that it was set to.</summary>
    internal ScanTape(ScanShape shape, ScanChunk chunk)
    {
        this.shape = shape;
        (stateSize, featureSize) = ((long)shape.Channels * shape.States, (long)shape.Features * Length);
        using var scratch = new Scratch(Length * HeadWidth + Scratch.Size(shape.Heads));
        float* fed = scratch.Take(Length * HeadWidth),
            pending = scratch.Take(shape.Heads);
        for (var start = 0; start < shape.Tokens; start += chunk.Count)
        {
            var states = Add();
            if (start > 0)
                Leave(chunk, (float*)entries[^2].Memory, states, fed, pending);
            chunk.Read(start);
            for (var r = 0; r < shape.Heads; r++)
                SelectiveScanForward.Enter(chunk, r, Head(states, r), pending[r], shape.States);
            Copy(chunk.Features, states + stateSize, featureSize);
            entries[^1] = (start, chunk.Count, (nint)states);
        }
    }

    internal int Count => entries.Count;

    /// <summary>Makes a chunk what it was.</summary>
    /// <returns>S₀ of each head, (R, N, 16).</returns>
    internal float* Restore(int index, ScanChunk chunk)
    {
        var (start, count, memory) = entries[index];
        var states = (float*)memory;
        Copy(states + stateSize, chunk.Features, featureSize);
        chunk.Reread(start, count);
        return states;
    }

    private float* Add()
    {
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)(stateSize + featureSize) * sizeof(float), 64);
        entries.Add((0, 0, (nint)memory));
        new Span<float>(memory, (int)stateSize).Clear();
        return memory;
    }

    // The states behind the chunk before, which still lack its decay.
    private void Leave(ScanChunk chunk, float* before, float* after, float* fed, float* pending)
    {
        Copy(before, after, stateSize);
        for (var r = 0; r < shape.Heads; r++)
        {
            pending[r] = chunk.Growth[r * Length + chunk.Count - 1];
            SelectiveScanForward.Feed(chunk, r, fed);
            SelectiveScanForward.Absorb(chunk, Head(after, r), fed, shape.States);
        }
    }

    private float* Head(float* states, int r) => states + (long)r * shape.States * HeadWidth;

    public void Dispose()
    {
        foreach (var entry in entries)
            NativeMemory.AlignedFree((void*)entry.Memory);
    }
}
