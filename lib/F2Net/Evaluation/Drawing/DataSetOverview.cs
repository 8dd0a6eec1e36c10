using System.Globalization;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Evaluation.Drawing;

/// <summary>A contact sheet of a prepared data set: some pictures of each split beside their masks, and the classes' shares in the legend.</summary>
public static class DataSetOverview
{
    private const int Side = 300,
        PicturesASplit = 4,
        PairsARow = 2;

    /// <param name="directory">The data set's folder.</param>
    /// <param name="title">Stands above them all.</param>
    /// <param name="shares">Of the labelled pixels, by class.</param>
    /// <param name="ignored">Share of all pixels that are of no class.</param>
    /// <exception cref="UserException">A picture is damaged.</exception>
    public static Picture Of(string directory, string title, IReadOnlyDictionary<string, double> shares, double ignored)
    {
        var set = new PreparedFolder(directory, cacheBytes: 0);
        var panels = new List<(string, Picture)>();
        foreach (var split in set.Splits)
        foreach (var sample in Spread(set.Files(split)))
        {
            using var image = Raster.OpenImage(sample.ImagePath);
            using var mask = new Raster(sample.MaskPath);
            panels.Add(($"{split}: {sample.Name}", AreaReducer.Reduce(image, image.ReadPicture, Side, Side)));
            panels.Add(("its mask", AreaReducer.Reduce(mask, w => mask.ReadMask(w).Coloured(set.Info.Palette), Side, Side)));
        }
        var legend = set.Info.Classes.Select(c => c with { Name = $"{c.Name} {Percent(shares[c.Name])}" });
        if (ignored > 0)
            legend = legend.Append(new ClassInfo($"ignored {Percent(ignored)} of all", default));
        return Sheet.Of(panels, 2 * PairsARow, set.Info with { Classes = [.. legend] }, title);
    }

    private static IEnumerable<FolderSample> Spread(IReadOnlyList<FolderSample> samples)
    {
        var shown = Math.Min(PicturesASplit, samples.Count);
        return Enumerable.Range(0, shown).Select(i => samples[(int)((long)i * samples.Count / shown)]);
    }

    private static string Percent(double share) =>
        share is > 0 and < 0.0005 ? "<0.1%" : share.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
