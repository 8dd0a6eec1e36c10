using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels;

/// <summary>Bilinear enlargement with half-pixel centres of one plane, row by row, and its transpose. Borders are repeated.</summary>
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
    }

    /// <summary>line += row y of the enlarged plane.</summary>
    /// <param name="plane">(h, w).</param>
    /// <param name="line">(W).</param>
    /// <param name="between">Scratch of w floats.</param>
    [MethodImpl(Hot)]
    internal void AddRow(float* plane, int y, float* line, float* between)
    {
        var (first, second, weight) = rows[y];
        float* above = plane + first * width,
            below = plane + second * width;
        for (var x = 0; x < width; x++)
            between[x] = above[x] + weight * (below[x] - above[x]);
        fixed ((int First, int Second, float Weight)* place = columns)
            for (var x = 0; x < toWidth; x++)
            {
                var left = between[place[x].First];
                line[x] += left + place[x].Weight * (between[place[x].Second] - left);
            }
    }

    /// <summary>The transpose: what a gradient of the enlarged plane (H, W) means for the plane (h, w), which is written.</summary>
    /// <param name="between">Scratch of w floats.</param>
    [MethodImpl(Hot)]
    internal void Gather(float* enlarged, float* plane, float* between)
    {
        new Span<float>(plane, height * width).Clear();
        fixed ((int First, int Second, float Weight)* place = columns)
            for (var y = 0; y < toHeight; y++)
            {
                new Span<float>(between, width).Clear();
                var line = enlarged + (long)y * toWidth;
                for (var x = 0; x < toWidth; x++)
                {
                    var share = place[x].Weight * line[x];
                    between[place[x].First] += line[x] - share;
                    between[place[x].Second] += share;
                }
                var (first, second, weight) = rows[y];
                float* above = plane + first * width,
                    below = plane + second * width;
                for (var x = 0; x < width; x++)
                {
                    var share = weight * between[x];
                    above[x] += between[x] - share;
                    below[x] += share;
                }
            }
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
