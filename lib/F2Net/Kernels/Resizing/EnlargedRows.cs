using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Resizing;

/// <summary>Some maps enlarged row after row: of each the two rows between which the current one lies, already as wide as the result.</summary>
internal sealed unsafe class EnlargedRows
{
    private readonly Enlargement enlargement;
    private readonly float* maps;
    private readonly int count;
    private readonly long plane;

    // Of an even row and of an odd one, (maps, wide); and which rows these are.
    private readonly float* even,
        odd;
    private int evenRow = -1,
        oddRow = -1;
    private float* first,
        second;
    private float weight;

    /// <param name="maps">So many planes of so many floats each, one behind the other.</param>
    /// <param name="scratch">Gives <see cref="Size"/> floats.</param>
    internal EnlargedRows(Enlargement enlargement, float* maps, int count, long plane, Scratch scratch)
    {
        this.enlargement = enlargement;
        this.maps = maps;
        this.count = count;
        this.plane = plane;
        even = scratch.Take((long)count * enlargement.WideRow);
        odd = scratch.Take((long)count * enlargement.WideRow);
    }

    internal static long Size(Enlargement enlargement, int count) => 2 * Scratch.Size((long)count * enlargement.WideRow);

    /// <summary>From here on it is row y of the result.</summary>
    internal void MoveTo(int y)
    {
        var (upper, lower, share) = enlargement.Place(y);
        first = Wide(upper);
        second = Wide(lower);
        weight = share;
    }

    /// <summary>line += the current row of a map; whole vectors.</summary>
    [MethodImpl(Hot)]
    internal void Add(int map, float* line)
    {
        float* above = first + (long)map * enlargement.WideRow,
            below = second + (long)map * enlargement.WideRow;
        for (var x = 0; x < enlargement.WideRow; x += Lanes)
        {
            var value = Vector256.Load(above + x);
            (Vector256.Load(line + x) + Fma(weight, Vector256.Load(below + x) - value, value)).Store(line + x);
        }
    }

    /// <summary>The current row of the first map, so many floats and no more.</summary>
    [MethodImpl(Hot)]
    internal void Write(float* line, int width)
    {
        var whole = width / Lanes * Lanes;
        for (var x = 0; x < whole; x += Lanes)
        {
            var value = Vector256.Load(first + x);
            Fma(weight, Vector256.Load(second + x) - value, value).Store(line + x);
        }
        for (var x = whole; x < width; x++)
            line[x] = first[x] + weight * (second[x] - first[x]);
    }

    // Neighbouring rows are an even and an odd one, so neither takes the other's place.
    private float* Wide(int row)
    {
        var wide = row % 2 == 0 ? even : odd;
        ref var held = ref row % 2 == 0 ? ref evenRow : ref oddRow;
        if (held != row)
            for (var map = 0; map < count; map++)
                enlargement.Widen(maps + map * plane, row, wide + (long)map * enlargement.WideRow);
        held = row;
        return wide;
    }
}
