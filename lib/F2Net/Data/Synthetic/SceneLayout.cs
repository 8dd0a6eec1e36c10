using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>Where a scene's objects lie: apart from each other, about as many pixels of every class.</summary>
internal static class SceneLayout
{
    /// <summary>What of the scene objects are to cover.</summary>
    private const double Cover = 0.35;

    /// <summary>Objects with the cue and variant of each. Those that may not lie everywhere come first, while there is room.</summary>
    public static List<(ICue Cue, int Variant, SceneObject Object)> Draw(
        IReadOnlyList<ICue> cues,
        SceneOptions options,
        Region region,
        ref CropRandom random
    )
    {
        var share = Cover * options.Size * options.Size / (options.Classes - 1);
        var deck = new List<(int Turn, ICue Cue, int Variant, int Class)>();
        var first = 1;
        foreach (var cue in cues)
        {
            var radius = (cue.Radii.Least + cue.Radii.Most) / 2;
            var each = Math.Max(1, (int)Math.Round(share / (Math.PI * radius * radius)));
            for (var i = 0; i < each * cue.Classes.Count; i++)
            {
                var variant = cue.VariantOf(i, region);
                deck.Add((cue.IsBound ? -1 : i, cue, variant, first + variant));
            }
            first += cue.Classes.Count;
        }
        var placed = new List<(ICue, int, SceneObject Object)>();
        foreach (var (_, cue, variant, id) in deck.OrderBy(d => d.Turn))
            if (Place(cue, options.Size, region, placed.ConvertAll(p => p.Object), ref random) is { } outline)
                placed.Add((cue, variant, new SceneObject(id, outline)));
        return placed;
    }

    private static Outline? Place(ICue cue, int size, Region region, List<SceneObject> others, ref CropRandom random)
    {
        const int Tries = 2000;
        const double Gap = 6;
        for (var i = 0; i < Tries; i++)
        {
            var radius = cue.Radii.Least + (cue.Radii.Most - cue.Radii.Least) * random.NextDouble();
            var place = Outline.Draw(size * random.NextDouble(), size * random.NextDouble(), radius, ref random);
            if (region.Holds(place) && cue.Allows(place, region) && others.All(o => AreApart(o.Outline, place, Gap)))
                return place;
        }
        return null;
    }

    private static bool AreApart(Outline a, Outline b, double gap)
    {
        var (dx, dy, reach) = (a.X - b.X, a.Y - b.Y, a.Reach + b.Reach + gap);
        return dx * dx + dy * dy >= reach * reach;
    }
}
