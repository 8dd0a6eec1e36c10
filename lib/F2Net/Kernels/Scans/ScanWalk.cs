using static F2Net.Kernels.Scans.ScanChunk;

namespace F2Net.Kernels.Scans;

/// <summary>Follows a chunk over a direction, from its start or amid it, with the heads' states S₀ before each chunk.</summary>
internal sealed unsafe class ScanWalk : IDisposable
{
    private readonly ScanShape shape;
    private readonly ScanChunk chunk;
    private readonly Scratch scratch;
    private readonly float* fed,
        pending;
    private int next;

    /// <param name="chunk">Set to its direction.</param>
    /// <param name="start">The first chunk's first token.</param>
    /// <param name="states">S₀ of the first chunk, (R, N, 16); null for the direction's start, where it is zero.</param>
    internal ScanWalk(ScanShape shape, ScanChunk chunk, int start = 0, float* states = null)
    {
        (this.shape, this.chunk, Start, next) = (shape, chunk, -1, start);
        StateSize = (long)shape.Channels * shape.States;
        scratch = new Scratch(Scratch.Size(StateSize) + Together * Panel + Scratch.Size(shape.Heads));
        States = scratch.Take(StateSize);
        fed = scratch.Take(Together * Panel);
        pending = scratch.Take(shape.Heads);
        if (states is not null)
            Simd.Copy(states, States, StateSize);
    }

    /// <summary>The chunk's first token; below 0 before the first chunk.</summary>
    internal int Start { get; private set; }

    /// <summary>S₀ of each head, (R, N, 16).</summary>
    internal float* States { get; }

    internal long StateSize { get; }

    /// <summary>Goes on to the next chunk.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool Next()
    {
        if (next >= shape.Tokens)
            return false;
        var isFirst = Start < 0;
        if (!isFirst)
            Leave();
        Start = next;
        chunk.Read(Start);
        if (!isFirst)
            for (var r = 0; r < shape.Heads; r++)
                SelectiveScanForward.Enter(chunk, r, Head(r), pending[r], shape.States);
        next = Start + chunk.Count;
        return true;
    }

    // The states behind the chunk, which still lack its decay.
    private void Leave()
    {
        for (var r = 0; r < shape.Heads; r++)
            pending[r] = chunk.Growth[r * Length + chunk.Count - 1];
        for (var r = 0; r < shape.Heads; r += Together)
        {
            var heads = Math.Min(Together, shape.Heads - r);
            SelectiveScanForward.Feed(chunk, r, heads, fed);
            SelectiveScanForward.Absorb(chunk, Head(r), fed, shape.States, heads);
        }
    }

    private float* Head(int r) => States + (long)r * shape.States * HeadWidth;

    public void Dispose() => scratch.Dispose();
}
