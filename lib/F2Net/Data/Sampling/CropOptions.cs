namespace F2Net.Data.Sampling;

/// <summary>How training crops are drawn.</summary>
public sealed record CropOptions
{
    /// <summary>Side of a crop, pixels.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Crops in a batch; 8 in the paper.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Share of crops, 0 to 1, that are centred near a pixel of a rare class; the others lie anywhere.</summary>
    public double NearRare { get; init; } = 0.5;

    /// <summary>A class is rare when it has less than this share of the split's labelled pixels.</summary>
    public double RareBelow { get; init; } = 0.05;

    /// <summary>Every so many iterations the batch is one crop of <see cref="LargeCropSize"/>; 0: never.</summary>
    public int LargeCropEvery { get; init; }

    /// <summary>Side of the large crop, pixels.</summary>
    public int LargeCropSize { get; init; } = 768;

    /// <summary>Brightness, contrast and saturation are each multiplied by up to 1 ± this; 0 leaves colours alone.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>
    /// Sides of the context windows around a crop, pixels, one drawn for each crop (at most the picture's shorter side); empty: no context.
    /// </summary>
    public IReadOnlyList<int> ContextSizes { get; init; } = [];

    /// <summary>Side to which a context is reduced, pixels: 256 gives 32 x 32 tokens.</summary>
    public int ContextBudget { get; init; } = 256;
}
