namespace F2Net.Data.Statistics;

/// <summary>One class in one split.</summary>
/// <param name="Pictures">How many show it.</param>
/// <param name="Share">Of the split's labelled pixels, 0 to 1.</param>
/// <param name="Boundary">Length in pixel edges: those between a pixel of the class and one of another class, above, below, left or right of it.</param>
/// <param name="BoundaryPerMegapixel">Of the class itself; null where the split has none of it.</param>
/// <param name="Objects">Parts whose pixels hang together by their edges; what reaches into two pictures counts twice.</param>
/// <param name="MeanObject">Pixels an object; null without one.</param>
public sealed record ClassStatistics(
    string Name,
    int Pictures,
    long Pixels,
    double Share,
    long Boundary,
    double? BoundaryPerMegapixel,
    long Objects,
    double? MeanObject
);

/// <summary>How many pictures have a size.</summary>
public sealed record PictureSize(int Width, int Height, int Pictures);

/// <summary>One split.</summary>
/// <param name="Ignored">Pixels that neither loss nor metrics count; edges to them are no boundary.</param>
public sealed record SplitStatistics(
    string Name,
    int Pictures,
    IReadOnlyList<PictureSize> Sizes,
    long Labelled,
    long Ignored,
    IReadOnlyList<ClassStatistics> Classes
);

/// <summary>What a data set's masks hold: pixels, boundaries and objects of each class in each split.</summary>
public sealed record DataSetStatistics(string DataSet, IReadOnlyList<SplitStatistics> Splits)
{
    /// <summary>Reads every mask, on all cores.</summary>
    /// <param name="read">Is told how many are through, never two at once.</param>
    /// <exception cref="UserException">A split's files do not pair, or one is faulty; there is no split.</exception>
    public static DataSetStatistics Of(PreparedDataSet set, Action<int>? read = null, CancellationToken cancellation = default)
    {
        if (set.Splits.Count == 0)
            throw new UserException($"{set.Info.Name} has no picture in {PreparedFolder.Images}; there is nothing to count.");
        var splits = set.Splits.Select(set.Split).ToList();
        var shapes = splits.SelectMany(s => s.Samples).ToDictionary(s => s, _ => (ClassShapes?)null);
        var (done, gate) = (0, new Lock());
        InParallel.ForEach(
            splits.SelectMany(s => s.Samples),
            sample =>
            {
                shapes[sample] = ClassShapes.Of(sample.MaskPlanes, set.Info.Classes.Count);
                lock (gate)
                    read?.Invoke(++done);
            },
            cancellation
        );
        return new(set.Info.Name, [.. splits.Select(s => Of(s, [.. s.Samples.Select(sample => shapes[sample]!)]))]);
    }

    private static SplitStatistics Of(Split split, ClassShapes[] shapes)
    {
        var labelled = shapes.Sum(s => s.Pixels.Sum());
        var sizes = split
            .Samples.CountBy(s => (s.Width, s.Height))
            .Select(s => new PictureSize(s.Key.Width, s.Key.Height, s.Value))
            .OrderByDescending(s => s.Pictures)
            .ThenBy(s => (long)s.Width * s.Height)
            .ThenBy(s => s.Width);
        return new(
            split.Name,
            split.Samples.Count,
            [.. sizes],
            labelled,
            split.Samples.Sum(s => (long)s.Width * s.Height) - labelled,
            [.. split.Info.Classes.Select((c, id) => Of(c.Name, id, shapes, labelled))]
        );
    }

    private static ClassStatistics Of(string name, int id, ClassShapes[] shapes, long labelled)
    {
        var (pixels, boundary, objects) = (shapes.Sum(s => s.Pixels[id]), shapes.Sum(s => s.Boundary[id]), shapes.Sum(s => s.Objects[id]));
        return new(
            name,
            shapes.Count(s => s.Pixels[id] > 0),
            pixels,
            labelled > 0 ? (double)pixels / labelled : 0,
            boundary,
            pixels > 0 ? 1e6 * boundary / pixels : null,
            objects,
            objects > 0 ? (double)pixels / objects : null
        );
    }
}
