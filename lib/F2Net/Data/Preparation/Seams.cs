using F2Net.Data.Pictures;

namespace F2Net.Data.Preparation;

/// <summary>How well the parts of a stitched picture continue each other.</summary>
internal static class Seams
{
    /// <summary>
    /// For each part the mean over its seams of how much more the two lines of pixels beside a seam differ than the lines next to them do within the parts:
    /// about 1 where a part is in its place.
    /// </summary>
    public static double[] Ratios(Picture picture, PartGrid grid)
    {
        var ratios = new List<double>[grid.Columns * grid.Rows];
        for (var i = 0; i < ratios.Length; i++)
            ratios[i] = [];
        for (var part = 0; part < ratios.Length; part++)
        {
            var window = grid[part];
            if ((part + 1) % grid.Columns != 0)
                Add(part, part + 1, Columns(picture, window.X + window.Width, window.Y, window.Height));
            if (part + grid.Columns < ratios.Length)
                Add(part, part + grid.Columns, Rows(picture, window.Y + window.Height, window.X, window.Width));
        }
        return [.. ratios.Select(r => r.DefaultIfEmpty(1).Average())];

        void Add(int one, int other, double ratio)
        {
            ratios[one].Add(ratio);
            ratios[other].Add(ratio);
        }
    }

    /// <summary>Of the seam left of column <paramref name="x"/>, over some rows.</summary>
    private static double Columns(Picture picture, int x, int top, int rows) =>
        Ratio(offset => Difference(picture, top * picture.Width + x + offset - 1, picture.Width, 1, rows));

    /// <summary>Of the seam above row <paramref name="y"/>, over some columns.</summary>
    private static double Rows(Picture picture, int y, int left, int columns) =>
        Ratio(offset => Difference(picture, (y + offset - 1) * picture.Width + left, 1, picture.Width, columns));

    private static double Ratio(Func<int, double> difference)
    {
        const double LeastDifference = 2; // grey levels: on a smooth ground JPEG alone makes that much of a step
        var ordinary = (difference(-1) + difference(1)) / 2;
        return Math.Max(difference(0), LeastDifference) / Math.Max(ordinary, LeastDifference);
    }

    /// <summary>Mean absolute difference between pixels start, start + step … and their neighbours <paramref name="across"/> further on.</summary>
    private static double Difference(Picture picture, int start, int step, int across, int count)
    {
        long sum = 0;
        for (var c = 0; c < Picture.Channels; c++)
        {
            var plane = picture.Plane(c);
            for (var i = 0; i < count; i++)
                sum += Math.Abs(plane[start + i * step] - plane[start + i * step + across]);
        }
        return (double)sum / (Picture.Channels * count);
    }
}
