using F2Net.Data.Pictures;

namespace F2Net.Data.Sampling;

/// <summary>Where a split's rare classes are: for each such class the samples that hold it, with pixels of it.</summary>
internal sealed class RareClassIndex
{
    /// <summary>More pixels than this add nothing to choose from: every n-th is kept.</summary>
    private const int MostPixels = 4096;

    private readonly List<List<(Sample Sample, int[] Pixels)>> classes = [];

    /// <summary>Reads every mask, on all cores.</summary>
    /// <exception cref="UserException">A mask is faulty.</exception>
    public RareClassIndex(Split split, double rareBelow)
    {
        var total = (double)split.ClassCounts.Sum();
        int[] rare = [.. split.ClassCounts.Index().Where(c => c.Item > 0 && c.Item < rareBelow * total).Select(c => c.Index)];
        var pixels = split.Samples.ToDictionary(s => s, _ => new int[rare.Length][]);
        InParallel.ForEach(
            split.Samples.Where(s => rare.Any(id => s.ClassCounts[id] > 0)),
            sample =>
            {
                var mask = sample.MaskPlanes;
                for (var r = 0; r < rare.Length; r++)
                    pixels[sample][r] = PixelsOf(mask, rare[r], sample.ClassCounts[rare[r]]);
            }
        );
        for (var r = 0; r < rare.Length; r++)
            classes.Add([.. split.Samples.Where(s => s.ClassCounts[rare[r]] > 0).Select(s => (s, pixels[s][r]))]);
    }

    public bool IsEmpty => classes.Count == 0;

    /// <summary>A rare class, a sample that holds it, a pixel of it: each uniformly, so that one large lake does not outweigh all others.</summary>
    public (Sample Sample, int X, int Y) Draw(ref CropRandom random)
    {
        var (sample, pixels) = random.Pick(random.Pick(classes));
        var pixel = random.Pick(pixels);
        return (sample, pixel % sample.Width, pixel / sample.Width);
    }

    private static int[] PixelsOf(IPixelPlanes mask, int id, long count)
    {
        var step = (count + MostPixels - 1) / MostPixels;
        var pixels = new List<int>();
        var ids = mask.Plane(0);
        long seen = 0;
        for (var i = 0; i < ids.Length; i++)
            if (ids[i] == id && seen++ % step == 0)
                pixels.Add(i);
        GC.KeepAlive(mask);
        return [.. pixels];
    }
}
