using System.Runtime.InteropServices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>
/// A tape of which one segment exists at a time: of the others there is but the state before them, from which they are recorded anew when the way
/// back comes to them. One more walk over the tokens, for the memory of one segment and of a state for each.
/// </summary>
internal sealed unsafe class SegmentedScanTape : IScanTape
{
    private readonly ScanShape shape;
    private readonly int segment;
    private readonly List<(int Start, nint States)> segments = [];
    private ScanTape? open;
    private int opened = -1;

    /// <summary>Follows a chunk over the direction that it was set to.</summary>
    /// <param name="segment">Chunks of a segment.</param>
    internal SegmentedScanTape(ScanShape shape, ScanChunk chunk, int segment)
    {
        (this.shape, this.segment) = (shape, segment);
        using var walk = new ScanWalk(shape, chunk);
        for (; walk.Next(); Count++)
            if (Count % segment == 0)
            {
                var states = (float*)NativeMemory.AlignedAlloc((nuint)walk.StateSize * sizeof(float), 64);
                segments.Add((walk.Start, (nint)states));
                Copy(walk.States, states, walk.StateSize);
            }
    }

    public int Count { get; private set; }

    public float* Restore(int index, ScanChunk chunk)
    {
        if (opened != index / segment)
            Open(index / segment, chunk);
        return open!.Restore(index % segment, chunk);
    }

    private void Open(int index, ScanChunk chunk)
    {
        open?.Dispose();
        using var walk = new ScanWalk(shape, chunk, segments[index].Start, (float*)segments[index].States);
        (open, opened) = (new ScanTape(shape, chunk, walk, segment), index);
    }

    public void Dispose()
    {
        open?.Dispose();
        foreach (var (_, states) in segments)
            NativeMemory.AlignedFree((void*)states);
    }
}
