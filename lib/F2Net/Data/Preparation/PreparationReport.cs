namespace F2Net.Data.Preparation;

/// <summary>A split of a prepared data set in figures.</summary>
/// <param name="ClassShares">Of the labelled pixels, by class.</param>
/// <param name="IgnoredShare">Of all pixels.</param>
public sealed record SplitSummary(int Pictures, long Pixels, IReadOnlyDictionary<string, double> ClassShares, double IgnoredShare);

/// <summary>What a preparation made; preparation.json in the data set's folder.</summary>
/// <param name="Split">Where the split comes from, in words.</param>
/// <param name="Seed">That drew it; null where none did.</param>
/// <param name="All">The splits together.</param>
/// <param name="Remarks">What a reader should know before using the data.</param>
/// <param name="Commit">Of the kit.</param>
public sealed record PreparationReport(
    string DataSet,
    string Split,
    int? Seed,
    IReadOnlyDictionary<string, SplitSummary> Splits,
    SplitSummary All,
    IReadOnlyList<string> Remarks,
    string Commit,
    DateTimeOffset Finished
)
{
    public const string FileName = "preparation.json";

    internal static PreparationReport Of(
        IPreparer preparer,
        SplitPlan plan,
        IReadOnlyDictionary<string, PreparedPicture> finished,
        IReadOnlyList<string> found
    )
    {
        var pictures = plan.Pictures.Select(p => finished[p.Picture.Name]).ToList();
        return new PreparationReport(
            preparer.Info.Name,
            plan.Origin,
            plan.Seed,
            SplitShares.Names.ToDictionary(
                s => s,
                s => Summary(preparer.Info, [.. pictures.Where(p => p.Split == s)]),
                StringComparer.Ordinal
            ),
            Summary(preparer.Info, pictures),
            [
                .. found,
                .. plan.Remarks,
                .. Against(preparer.Published, pictures),
                .. Absent(preparer.Info, pictures),
                .. Lost(preparer.Info, pictures),
                .. pictures.Where(p => p.Remark is not null).Select(p => $"{p.Name}: {p.Remark}"),
            ],
            Machine.Commit(AppContext.BaseDirectory),
            DateTimeOffset.Now
        );
    }

    private static SplitSummary Summary(DataSetInfo info, List<PreparedPicture> pictures)
    {
        var pixels = info.Classes.Select((_, id) => pictures.Sum(p => p.ClassPixels[id])).ToList();
        var (labelled, ignored) = (pixels.Sum(), pictures.Sum(p => p.IgnoredPixels));
        return new SplitSummary(
            pictures.Count,
            labelled + ignored,
            info.Classes.Select((c, id) => (c.Name, Share: Share(pixels[id], labelled))).ToDictionary(c => c.Name, c => c.Share),
            Share(ignored, labelled + ignored)
        );
    }

    private static IEnumerable<string> Against((int Pictures, int? Side)? published, List<PreparedPicture> pictures)
    {
        if (published is not { } set)
            yield break;
        if (pictures.Count != set.Pictures)
            yield return $"{pictures.Count} pictures, where the published data set has {set.Pictures}.";
        var odd = pictures.Where(p => set.Side is { } side && (p.Width, p.Height) != (side, side)).ToList();
        if (odd.Count > 0)
            yield return $"{odd.Count} pictures are not {set.Side} x {set.Side} as published ({odd[0].Name} is {odd[0].Width} x {odd[0].Height}).";
    }

    private static IEnumerable<string> Absent(DataSetInfo info, List<PreparedPicture> pictures)
    {
        foreach (var split in pictures.GroupBy(p => p.Split))
        {
            var absent = info.Classes.Where((_, id) => split.Sum(p => p.ClassPixels[id]) == 0).Select(c => c.Name).ToList();
            if (absent.Count > 0)
                yield return $"{split.Key} has no pixel of {string.Join(", ", absent)}.";
        }
    }

    // Many programs write masks of two classes as 0 and 255.
    private static IEnumerable<string> Lost(DataSetInfo info, List<PreparedPicture> pictures)
    {
        var absent = info.Classes.Where((_, id) => pictures.Sum(p => p.ClassPixels[id]) == 0).Select(c => c.Name).ToList();
        if (absent.Count > 0 && pictures.Any(p => p.IgnoredPixels > 0))
            yield return $"No picture has a pixel of {string.Join(", ", absent)}, but some have pixels that are ignored: where these are meant by it, masks want class ids in place of {info.IgnoreIndex}, and polygons a background.";
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 6);
}
