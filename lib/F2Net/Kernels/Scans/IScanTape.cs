namespace F2Net.Kernels.Scans;

/// <summary>A direction's chunks, to be had again from last to first: what the way back needs.</summary>
internal unsafe interface IScanTape : IDisposable
{
    int Count { get; }

    /// <summary>Makes a chunk what it was.</summary>
    /// <returns>S₀ of each head, (R, N, 16).</returns>
    float* Restore(int index, ScanChunk chunk);
}
