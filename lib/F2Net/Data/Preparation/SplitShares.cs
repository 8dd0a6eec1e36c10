using F2Net.Data.Sampling;

namespace F2Net.Data.Preparation;

/// <summary>How many pictures of how many go to train, val and test; fewer or more pictures are shared in that proportion.</summary>
public sealed record SplitShares(int Train, int Val, int Test)
{
    /// <summary>train, val and test, in the order in which they are listed everywhere.</summary>
    public static IReadOnlyList<string> Names { get; } = ["train", "val", "test"];

    public int Total => Train + Val + Test;

    /// <summary>
    /// Pictures of each split: whole numbers nearest the proportion that add up (largest remainders). From three pictures on no split is empty; one
    /// picture is for training, a second one for testing.
    /// </summary>
    public IReadOnlyList<int> Of(int pictures)
    {
        if (pictures < Names.Count)
            return [Math.Min(pictures, 1), 0, Math.Max(pictures - 1, 0)];
        int[] shares = [Train, Val, Test];
        var counts = shares.Select(s => (int)((long)s * pictures / Total)).ToArray();
        foreach (var i in Enumerable.Range(0, 3).OrderByDescending(i => (long)shares[i] * pictures % Total).Take(pictures - counts.Sum()))
            counts[i]++;
        for (var i = 0; i < counts.Length; i++)
            if (counts[i] == 0)
                (counts[i], counts[Array.IndexOf(counts, counts.Max())]) = (1, counts.Max() - 1);
        return counts;
    }

    /// <summary>
    /// A split for each name, drawn by the seed alone. Every stratum's pictures are shuffled and spread evenly over the whole list before it is cut, so
    /// each split has every stratum's share to within a picture, and the totals are those of <see cref="Of"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Draw(IEnumerable<SourcePicture> pictures, int seed)
    {
        var random = new CropRandom(seed, 0);
        var places = new List<(double Place, string Name)>();
        foreach (
            var stratum in pictures
                .OrderBy(p => p.Name, StringComparer.Ordinal)
                .GroupBy(p => p.Stratum)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            var names = stratum.Select(p => p.Name).ToArray();
            for (var i = names.Length - 1; i > 0; i--)
            {
                var j = random.Next(0, i);
                (names[i], names[j]) = (names[j], names[i]);
            }
            places.AddRange(names.Select((name, i) => ((i + 0.5) / names.Length, name)));
        }
        var counts = Of(places.Count);
        return places
            .OrderBy(p => p.Place)
            .Select(
                (p, i) =>
                    (
                        p.Name,
                        Split: i < counts[0] ? Names[0]
                        : i < counts[0] + counts[1] ? Names[1]
                        : Names[2]
                    )
            )
            .ToDictionary(p => p.Name, p => p.Split, StringComparer.Ordinal);
    }
}
