using F2Net.Data;

namespace F2Net.Evaluation;

/// <summary>Pixels by true and predicted class, pooled over whatever is added; pixels of the ignore index count nowhere.</summary>
public sealed class ConfusionMatrix
{
    private readonly DataSetInfo info;
    private readonly int classes;
    private readonly long[] counts;

    public ConfusionMatrix(DataSetInfo info)
    {
        this.info = info;
        classes = info.Classes.Count;
        counts = new long[classes * classes];
    }

    /// <summary>Pixels of class <paramref name="truth"/> that were taken for class <paramref name="predicted"/>.</summary>
    public long this[int truth, int predicted] => counts[truth * classes + predicted];

    /// <summary>All counts, a row a true class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Rows => [.. counts.Chunk(classes)];

    /// <summary>Adds an image's class ids, pixel by pixel.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an id is no class (the truth may also be the ignore index).</exception>
    public void Add(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> truth)
    {
        if (predicted.Length != truth.Length)
            throw new ArgumentException($"{predicted.Length} predicted pixels for {truth.Length} true ones.", nameof(predicted));
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] == info.IgnoreIndex)
                continue;
            if (truth[i] >= classes || predicted[i] >= classes)
                throw new ArgumentException(
                    $"Pixel {i}: truth {truth[i]}, prediction {predicted[i]}, but only {classes} classes.",
                    nameof(predicted)
                );
            counts[truth[i] * classes + predicted[i]]++;
        }
    }

    /// <summary>The scores of all that was added.</summary>
    /// <exception cref="UserException">No class that the mean counts was seen.</exception>
    public SegmentationMetrics Metrics()
    {
        var scores = info.Classes.Select((c, id) => Score(c, id)).ToArray();
        var counted = scores.Where((s, id) => info.Classes[id].InMean && !s.IsAbsent).ToArray();
        if (counted.Length == 0)
            throw new UserException(
                $"No pixel of a class in the mean of {info.Name} was seen; check its masks and inMean in {DataSetInfo.FileName}."
            );
        long total = counts.Sum(),
            right = Enumerable.Range(0, classes).Sum(id => this[id, id]);
        return new SegmentationMetrics(
            scores,
            MeanScore.Of(counted)!,
            info.AlsoWithout.Count > 0
                ? MeanScore.Of([.. counted.Where(s => !info.AlsoWithout.Contains(s.Name, StringComparer.Ordinal))])
                : null,
            (double)right / total,
            [.. scores.Where(s => s.IsAbsent).Select(s => s.Name)]
        );
    }

    private ClassScore Score(ClassInfo named, int id)
    {
        long hits = this[id, id],
            truth = 0,
            predicted = 0;
        for (var other = 0; other < classes; other++)
        {
            truth += this[id, other];
            predicted += this[other, id];
        }
        return new ClassScore(named.Name, hits, truth, predicted);
    }
}
