using F2Net.Kernels.LowPass;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// The last few rows of some maps, with a margin of zeros on both sides, so that every neighbour of a pixel lies at a fixed distance from
/// it and inner loops know no edges. Rows come in order; the oldest make room.
/// </summary>
internal sealed unsafe class SlidingRows
{
    private readonly float* memory;
    private readonly int maps,
        margin,
        capacity,
        kept;
    private int origin;

    /// <param name="first">The first row there will be.</param>
    internal SlidingRows(Scratch scratch, int maps, LowPassShape shape, int first)
    {
        (this.maps, margin, capacity, kept) = (maps, shape.Margin, Capacity(shape), 2 * shape.Reach);
        Stride = shape.Stride;
        Map = (long)capacity * Stride;
        memory = scratch.Take(maps * Map);
        origin = first;
    }

    /// <summary>From a pixel to the one below it.</summary>
    internal int Stride { get; }

    /// <summary>From a pixel to the same one in the next map.</summary>
    internal long Map { get; }

    /// <summary>Floats of memory that so many maps take.</summary>
    internal static long Size(int maps, LowPassShape shape) => Scratch.Size((long)maps * Capacity(shape) * shape.Stride);

    /// <summary>The first map's first pixel of a row that is there.</summary>
    internal float* this[int y] => memory + (long)(y - origin) * Stride + margin;

    /// <summary>Makes room for row y, the one after the last, and empties it in every map.</summary>
    internal float* Next(int y)
    {
        if (y - origin == capacity)
        {
            for (var map = 0; map < maps; map++)
                Buffer.MemoryCopy(
                    memory + map * Map + (long)(capacity - kept) * Stride,
                    memory + map * Map,
                    (long)kept * Stride * sizeof(float),
                    (long)kept * Stride * sizeof(float)
                );
            origin = y - kept;
        }
        for (var map = 0; map < maps; map++)
            new Span<float>(this[y] - margin + map * Map, Stride).Clear();
        return this[y];
    }

    // A window's height of rows is copied after as many new ones.
    private static int Capacity(LowPassShape shape) => 2 * (2 * shape.Reach + 1);
}
