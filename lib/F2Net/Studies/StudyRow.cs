using F2Net.Model;
using F2Net.Training;

namespace F2Net.Studies;

/// <summary>One variant: what it changes in a preset's network and recipe, and how its network is applied.</summary>
/// <param name="Name">A slug, unique over all studies: a row that several studies show is trained once.</param>
/// <param name="Title">What a table calls it.</param>
/// <param name="Paper">What the paper reports for it on DeepGlobe; null where it reports nothing.</param>
public sealed record StudyRow(string Name, string Title, PaperFigures? Paper = null)
{
    /// <summary>The full network, as trained for the paper's tables.</summary>
    public static StudyRow Full { get; } =
        new("full", "F2Net", new(PaperFigures.FullMeanIoU, F1: 87.09, FramesPerSecond: 24.30, MemoryMB: 2767));

    /// <summary>From the preset's network to the row's.</summary>
    public Func<F2NetConfig, F2NetConfig> Network { get; init; } = network => network;

    /// <summary>From the preset's recipe to the row's.</summary>
    public Func<TrainingRecipe, TrainingRecipe> Recipe { get; init; } = recipe => recipe;

    public IInference Inference { get; init; } = new WholeImage();

    /// <summary>
    /// The way of applying the same weights from which the row's difference is taken, where the row is about nothing else; null where the difference is to
    /// the full network, which is another training.
    /// </summary>
    public IInference? ComparedWith { get; init; }

    /// <summary>The paper's mIoU less the full network's, as a share; null where it has none, and for the full network, however long it is trained.</summary>
    public double? PaperDifference =>
        Paper?.MeanIoU is { } own && own != PaperFigures.FullMeanIoU ? (own - PaperFigures.FullMeanIoU) / 100 : null;
}

/// <summary>The paper's figures for one row: of DeepGlobe's test split, in percent, unless a title says otherwise.</summary>
/// <param name="MeanIoU">mIoU.</param>
/// <param name="F1">mF1.</param>
/// <param name="FramesPerSecond">At 2448 x 2448 on the paper's GPU.</param>
/// <param name="MemoryMB">Millions of bytes.</param>
/// <param name="GigaOperations">Billions of operations of a forward pass.</param>
public sealed record PaperFigures(
    double? MeanIoU = null,
    double? F1 = null,
    double? FramesPerSecond = null,
    double? MemoryMB = null,
    double? GigaOperations = null
)
{
    /// <summary>mIoU of the full network, to which all differences are taken.</summary>
    public const double FullMeanIoU = 80.22;
}

/// <summary>A row that is quoted and not trained.</summary>
public sealed record PublishedRow(string Title, PaperFigures Paper);
