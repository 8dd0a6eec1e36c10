using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Resizing;

/// <summary>
/// Bilinear enlargement with half-pixel centres, row by row, and its transpose. Borders are repeated. A row of the plane is made as wide as the result
/// once; the many rows of the result that lie between two of them are mixed from these.
/// </summary>
internal sealed unsafe class Enlargement
{
    private readonly int height,
        width,
        toHeight,
        toWidth;
    private readonly (int First, int Second, float Weight)[] rows,
        columns;

    internal Enlargement(long height, long width, long toHeight, long toWidth)
    {
        (this.height, this.width, this.toHeight, this.toWidth) = ((int)height, (int)width, (int)toHeight, (int)toWidth);
        rows = Places(this.height, this.toHeight);
        columns = Places(this.width, this.toWidth);
        WideRow = (this.toWidth + Lanes - 1) / Lanes * Lanes;
    }

    /// <summary>Floats of a row as wide as the result, whole vectors.</summary>
    internal int WideRow { get; }

    /// <summary>Between which rows of the plane row y of the result lies, and how near to the second.</summary>
    internal (int First, int Second, float Weight) Place(int y) => rows[y];

    /// <summary>Row <paramref name="row"/> of a plane (h, w) as wide as the result; what lies behind its end is left alone.</summary>
    [MethodImpl(Hot)]
    internal void Widen(float* plane, int row, float* wide)
    {
        var line = plane + (long)row * width;
        fixed ((int First, int Second, float Weight)* place = columns)
            for (var x = 0; x < toWidth; x++)
            {
                var left = line[place[x].First];
                wide[x] = left + place[x].Weight * (line[place[x].Second] - left);
            }
    }

    /// <summary>The whole result (H, W) of a plane (h, w).</summary>
    internal void Spread(float* plane, float* enlarged)
    {
        using var scratch = new Scratch(EnlargedRows.Size(this, count: 1), zeroed: false);
        var row = new EnlargedRows(this, plane, count: 1, plane: 0, scratch);
        for (var y = 0; y < toHeight; y++)
        {
            row.MoveTo(y);
            row.Write(enlarged + (long)y * toWidth, toWidth);
        }
    }

    /// <summary>The transpose: what a gradient of the enlarged plane (H, W) means for the plane (h, w), which is written.</summary>
    internal void Gather(float* enlarged, float* plane)
    {
        using var scratch = new Scratch(2 * Scratch.Size(WideRow));
        // What arrives at an even row of the plane, still wide, and at an odd one.
        var (even, odd) = ((nint)scratch.Take(WideRow), (nint)scratch.Take(WideRow));
        float* Wide(int row) => (float*)(row % 2 == 0 ? even : odd);

        new Span<float>(plane, height * width).Clear();
        for (var y = 0; y < toHeight; y++)
        {
            var (first, second, weight) = rows[y];
            var line = enlarged + (long)y * toWidth;
            Add(line, 1 - weight, Wide(first));
            Add(line, weight, Wide(second));
            if (y + 1 == toHeight || rows[y + 1].First > first)
                Narrow(Wide(first), plane, first);
            if (second > first && (y + 1 == toHeight || rows[y + 1].First > second))
                Narrow(Wide(second), plane, second);
        }
    }

    [MethodImpl(Hot)]
    private void Add(float* line, float factor, float* sum)
    {
        var whole = toWidth / Lanes * Lanes;
        for (var x = 0; x < whole; x += Lanes)
            Fma(factor, Vector256.Load(line + x), Vector256.Load(sum + x)).Store(sum + x);
        for (var x = whole; x < toWidth; x++)
            sum[x] += factor * line[x];
    }

    // The transpose of Widen, which leaves zeros behind.
    [MethodImpl(Hot)]
    private void Narrow(float* wide, float* plane, int row)
    {
        var line = plane + (long)row * width;
        fixed ((int First, int Second, float Weight)* place = columns)
            for (var x = 0; x < toWidth; x++)
            {
                var share = place[x].Weight * wide[x];
                line[place[x].First] += wide[x] - share;
                line[place[x].Second] += share;
            }
        new Span<float>(wide, toWidth).Clear();
    }

    private static (int First, int Second, float Weight)[] Places(int from, int to)
    {
        var places = new (int, int, float)[to];
        for (var i = 0; i < to; i++)
        {
            var at = Math.Max(0, (i + 0.5) * from / to - 0.5);
            var first = Math.Min((int)at, from - 1);
            places[i] = (first, Math.Min(first + 1, from - 1), (float)(at - first));
        }
        return places;
    }
}
