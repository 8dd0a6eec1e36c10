namespace F2Net.Data.Sampling;

/// <summary>
/// SplitMix64 (Steele et al. 2014) started from a seed and an iteration: nothing but these two decides what it draws, so a resumed run draws what a run never
/// stopped would have.
/// </summary>
internal struct CropRandom
{
    private ulong state;

    public CropRandom(int seed, int iteration)
    {
        state = (uint)seed;
        state = NextBits() ^ (uint)iteration;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform among first … last.</summary>
    public int Next(int first, int last) => first + (int)(NextDouble() * ((long)last - first + 1));

    /// <summary>Uniform among the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(0, items.Count - 1)];

    private ulong NextBits()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
