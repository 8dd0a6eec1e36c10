using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>An image's projection, split by frequency. Reads as (low, high) where there are two bands.</summary>
/// <param name="Low">X_low, (B, C, H, W).</param>
/// <param name="High">X_high, (B, C, H, W).</param>
public readonly record struct Frequencies(Tensor Low, Tensor High)
{
    /// <summary>The band between the two, (B, C, H, W); null where an image is split in two.</summary>
    public Tensor? Mid { get; init; }

    /// <summary>What the short-range branch reads: the middle band, or X_low where there is none.</summary>
    public Tensor ShortRange => Mid ?? Low;

    /// <summary>The bands that there are.</summary>
    public IEnumerable<Tensor> Bands => new[] { Low, Mid, High }.OfType<Tensor>();

    /// <summary>
    /// All but X_high, (B, C, H, W), the caller's: what a head reads beside X_high, so that with three bands it reads of a pixel what it reads
    /// with two.
    /// </summary>
    public Tensor Below() => Mid is null ? Low.alias() : Low + Mid;

    /// <summary>The same of each band.</summary>
    public Frequencies Select(Func<Tensor, Tensor> change) => new(change(Low), change(High)) { Mid = Mid is { } mid ? change(mid) : null };

    /// <summary>Hands the bands to the scope around the current one.</summary>
    public Frequencies MoveToOuterDisposeScope() => Select(band => band.MoveToOuterDisposeScope());
}
