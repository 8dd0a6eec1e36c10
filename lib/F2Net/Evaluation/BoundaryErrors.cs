using F2Net.Data.Pictures;

namespace F2Net.Evaluation;

/// <summary>Errors among the pixels of one range of distances to the nearest boundary between true classes.</summary>
/// <param name="From">Smallest distance in pixels: 1 is a pixel with a neighbour of another class.</param>
/// <param name="To">Largest distance; infinity for the last band.</param>
public sealed record BoundaryBand(int From, double To, long Pixels, long Wrong)
{
    public double ErrorRate => Pixels == 0 ? 0 : (double)Wrong / Pixels;
}

/// <summary>Sorts errors by how near to a boundary they lie: thin bands at coasts are another fault than a lake taken for the sea.</summary>
public static class BoundaryErrors
{
    /// <param name="truth">Ignored pixels count nowhere.</param>
    /// <param name="limits">Upper distance of each band but the last, rising.</param>
    public static IReadOnlyList<BoundaryBand> Of(Mask truth, Mask predicted, int ignoreIndex, IReadOnlyList<int> limits)
    {
        var distance = Distance(truth, ignoreIndex);
        var (pixels, wrong) = (new long[limits.Count + 1], new long[limits.Count + 1]);
        for (var i = 0; i < distance.Length; i++)
        {
            if (truth.Ids[i] == ignoreIndex)
                continue;
            var band = 0;
            while (band < limits.Count && distance[i] > limits[band])
                band++;
            pixels[band]++;
            if (truth.Ids[i] != predicted.Ids[i])
                wrong[band]++;
        }
        return
        [
            .. pixels.Select(
                (n, band) =>
                    new BoundaryBand(
                        band == 0 ? 1 : limits[band - 1] + 1,
                        band < limits.Count ? limits[band] : double.PositiveInfinity,
                        n,
                        wrong[band]
                    )
            ),
        ];
    }

    /// <summary>
    /// Steps to the nearest pixel of another class, neighbours in eight directions (chessboard distance, in two passes). Where a class ends at ignored
    /// pixels is no boundary.
    /// </summary>
    private static int[] Distance(Mask mask, int ignoreIndex)
    {
        ReadOnlySpan<(int X, int Y)> before = [(-1, 0), (-1, -1), (0, -1), (1, -1)],
            after = [(1, 0), (1, 1), (0, 1), (-1, 1)];
        var (width, height, ids) = (mask.Width, mask.Height, mask.Ids);
        var distance = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
            distance[i] = IsAtBoundary(i, before) || IsAtBoundary(i, after) ? 1 : int.MaxValue - 1;
        for (var i = 0; i < ids.Length; i++)
            Relax(i, before);
        for (var i = ids.Length - 1; i >= 0; i--)
            Relax(i, after);
        return distance;

        bool IsAtBoundary(int here, ReadOnlySpan<(int X, int Y)> steps)
        {
            foreach (var step in steps)
                if (Neighbour(here, step) is { } there && ids[there] != ids[here] && ids[there] != ignoreIndex && ids[here] != ignoreIndex)
                    return true;
            return false;
        }

        void Relax(int here, ReadOnlySpan<(int X, int Y)> steps)
        {
            foreach (var step in steps)
                if (Neighbour(here, step) is { } there)
                    distance[here] = Math.Min(distance[here], distance[there] + 1);
        }

        int? Neighbour(int here, (int X, int Y) step)
        {
            var (x, y) = (here % width + step.X, here / width + step.Y);
            return x >= 0 && x < width && y >= 0 && y < height ? y * width + x : null;
        }
    }
}
