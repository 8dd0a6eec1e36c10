namespace F2Net.Data;

/// <summary>A part of a data set: train, val or test.</summary>
public sealed class Split
{
    private readonly Lazy<long[]> classCounts;

    internal Split(string name, DataSetInfo info, IReadOnlyList<Sample> samples)
    {
        (Name, Info, Samples) = (name, info, samples);
        classCounts = new(() =>
        {
            var counts = new long[info.Classes.Count];
            InParallel.ForEach(samples, sample => _ = sample.ClassCounts);
            foreach (var sample in samples)
                for (var id = 0; id < counts.Length; id++)
                    counts[id] += sample.ClassCounts[id];
            return counts;
        });
    }

    public string Name { get; }
    public DataSetInfo Info { get; }
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Labelled pixels of each class over all samples; the first use reads every mask, on all cores.</summary>
    public IReadOnlyList<long> ClassCounts => classCounts.Value;

    /// <summary>The class id that most labelled pixels have.</summary>
    public byte CommonestClass => (byte)ClassCounts.Index().MaxBy(c => c.Item).Index;
}
