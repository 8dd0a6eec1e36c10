namespace F2Net.Data;

/// <summary>Where a split's rare classes are: for each such class the samples that hold it, with pixels of it.</summary>
internal sealed class RareClassIndex
{
    /// <summary>More pixels than this add nothing to choose from: every n-th is kept.</summary>
    private const int MostPixels = 4096;

    private readonly List<List<(Sample Sample, int[] Pixels)>> classes = [];

    /// <summary>Decodes every mask, on all cores.</summary>
    public RareClassIndex(Split split, double rareBelow)
    {
        Parallel.ForEach(split.Samples, sample => _ = sample.Mask);
        var total = (double)split.ClassCounts.Sum();
        for (var id = 0; id < split.ClassCounts.Count; id++)
            if (split.ClassCounts[id] > 0 && split.ClassCounts[id] < rareBelow * total)
                classes.Add([.. split.Samples.Where(s => s.ClassCounts[id] > 0).Select(s => (s, PixelsOf(s, id)))]);
    }

    public bool IsEmpty => classes.Count == 0;

    /// <summary>A rare class, a sample that holds it, a pixel of it: each uniformly, so that one large lake does not outweigh all others.</summary>
    public (Sample Sample, int X, int Y) Draw(ref CropRandom random)
    {
        var (sample, pixels) = random.Pick(random.Pick(classes));
        var pixel = random.Pick(pixels);
        return (sample, pixel % sample.Mask.Width, pixel / sample.Mask.Width);
    }

    private static int[] PixelsOf(Sample sample, int id)
    {
        var step = (sample.ClassCounts[id] + MostPixels - 1) / MostPixels;
        var pixels = new List<int>();
        var ids = sample.Mask.Ids;
        long seen = 0;
        for (var i = 0; i < ids.Length; i++)
            if (ids[i] == id && seen++ % step == 0)
                pixels.Add(i);
        return [.. pixels];
    }
}
