using F2Net.Data.Pictures;

namespace F2Net.Evaluation;

/// <summary>Part of a picture that is segmented alone.</summary>
/// <param name="Read">What the network sees, as large as a patch where the picture is.</param>
/// <param name="Kept">The pixels that get their class from it; the patches' kept windows tile the picture.</param>
public readonly record struct Patch(PixelWindow Read, PixelWindow Kept);

/// <summary>A picture cut into square patches without overlap; the last of a row or column is moved inwards, to be as large as the others.</summary>
public static class PatchGrid
{
    /// <summary>Row by row, from the left. Borders between kept windows lie at multiples of the side.</summary>
    /// <param name="side">Pixels along a patch's side, at least 1.</param>
    public static IEnumerable<Patch> Of(int width, int height, int side)
    {
        for (var top = 0; top < height; top += side)
        for (var left = 0; left < width; left += side)
        {
            var (readWidth, readHeight) = (Math.Min(side, width), Math.Min(side, height));
            yield return new(
                new(Math.Min(left, width - readWidth), Math.Min(top, height - readHeight), readWidth, readHeight),
                new(left, top, Math.Min(side, width - left), Math.Min(side, height - top))
            );
        }
    }
}
