namespace F2Net.Data.Preparation;

/// <summary>Which picture goes where, and who said so.</summary>
/// <param name="Pictures">Those that go somewhere, in the order of the splits and their names.</param>
/// <param name="Origin">In words: lists, the download, or a seed.</param>
/// <param name="Seed">Null where no seed was asked.</param>
/// <param name="Remarks">What a reader should know.</param>
internal sealed record SplitPlan(
    IReadOnlyList<(SourcePicture Picture, string Split)> Pictures,
    string Origin,
    int? Seed,
    IReadOnlyList<string> Remarks
)
{
    /// <summary>Seed of a split that has to be drawn and got none.</summary>
    private const int UsualSeed = 1;

    /// <summary>By lists; else by a seed where one is given; else as the download says; else drawn.</summary>
    /// <exception cref="UserException">A list is faulty, or the download puts some of its pictures into splits and others not.</exception>
    public static SplitPlan Of(IPreparer preparer, IReadOnlyList<SourcePicture> pictures, string? lists, int? seed)
    {
        if (lists is not null)
        {
            var listed = SplitLists.Read(lists, preparer.NameOf, pictures.Select(p => p.Name).ToHashSet(StringComparer.Ordinal));
            var left = pictures.Count - listed.Count;
            return Sorted(
                pictures,
                p => listed.GetValueOrDefault(p.Name),
                $"lists in {Path.GetFileName(Path.GetFullPath(lists).TrimEnd(Path.DirectorySeparatorChar))}",
                null,
                left == 0 ? [] : [$"{left} {(left == 1 ? "picture is" : "pictures are")} in no list: left out."]
            );
        }
        if (seed is null && pictures.Any(p => p.Split is not null))
        {
            if (pictures.FirstOrDefault(p => p.Split is null) is { } lost)
                throw new UserException(
                    $"{lost.Images[0]} lies in none of the folders train, val and test, where others do; move it into one of them, or give --lists."
                );
            return Sorted(pictures, p => p.Split, preparer.SplitOrigin, null, []);
        }
        seed ??= UsualSeed;
        var drawn = preparer.Shares.Draw(pictures, seed.Value);
        return Sorted(pictures, p => drawn[p.Name], $"drawn with seed {seed}", seed, Scaled(preparer, pictures.Count));
    }

    public int Count(string split) => Pictures.Count(p => p.Split == split);

    private static List<string> Scaled(IPreparer preparer, int pictures)
    {
        var shares = preparer.Shares;
        return preparer.Published is null || pictures == shares.Total
            ? []
            :
            [
                $"{pictures} pictures are shared {string.Join("/", shares.Of(pictures))} over train, val and test, in the proportion "
                    + $"{shares.Train}/{shares.Val}/{shares.Test} of the published {shares.Total}.",
            ];
    }

    private static SplitPlan Sorted(
        IReadOnlyList<SourcePicture> pictures,
        Func<SourcePicture, string?> splitOf,
        string origin,
        int? seed,
        IReadOnlyList<string> remarks
    ) =>
        new(
            [
                .. pictures
                    .Select(p => (Picture: p, Split: splitOf(p)!))
                    .Where(p => p.Split is not null)
                    .OrderBy(p => SplitShares.Names.ToList().IndexOf(p.Split))
                    .ThenBy(p => p.Picture.Name, StringComparer.Ordinal),
            ],
            origin,
            seed,
            remarks
        );
}
