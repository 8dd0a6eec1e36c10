using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>
/// Where the parts of a picture lie that was cut into rows and columns, row by row. Parts of a column may differ by a pixel in width, those of a row in
/// height: the grid takes the shortest, and what others have more falls off at their right and lower edges.
/// </summary>
internal sealed class PartGrid
{
    private readonly int[] lefts,
        tops;

    /// <summary>Of parts in files, <paramref name="columns"/> a row.</summary>
    /// <exception cref="UserException">A part's size does not fit its row or column.</exception>
    public PartGrid(IReadOnlyList<string> parts, int columns)
    {
        const int MostDifference = 1;
        var sizes = parts.Select(SizeOf).ToList();
        Columns = columns;
        Rows = parts.Count / columns;
        var widths = Enumerable.Range(0, Columns).Select(c => sizes.Where((_, i) => i % columns == c).Min(s => s.Width)).ToList();
        var heights = Enumerable.Range(0, Rows).Select(r => sizes.Where((_, i) => i / columns == r).Min(s => s.Height)).ToList();
        for (var i = 0; i < sizes.Count; i++)
            if (sizes[i].Width > widths[i % columns] + MostDifference || sizes[i].Height > heights[i / columns] + MostDifference)
                throw new UserException(
                    $"{parts[i]} is {sizes[i].Width} x {sizes[i].Height} pixels, where its row and column of parts are {heights[i / columns]} high "
                        + $"and {widths[i % columns]} wide; download the tile again."
                );
        (lefts, tops) = (Starts(widths), Starts(heights));
    }

    public int Columns { get; }
    public int Rows { get; }
    public int Width => lefts[^1];
    public int Height => tops[^1];

    /// <summary>A part's place in the whole, by its number from 0.</summary>
    public PixelWindow this[int part]
    {
        get
        {
            var (row, column) = (part / Columns, part % Columns);
            return new PixelWindow(lefts[column], tops[row], lefts[column + 1] - lefts[column], tops[row + 1] - tops[row]);
        }
    }

    private static (int Width, int Height) SizeOf(string file)
    {
        using var raster = new Raster(file);
        return (raster.Width, raster.Height);
    }

    private static int[] Starts(List<int> lengths) => [.. lengths.Aggregate(new List<int> { 0 }, (s, l) => [.. s, s[^1] + l])];
}
