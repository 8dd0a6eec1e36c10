using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Training;

namespace F2Net.Studies.Tables;

/// <summary>
/// Networks that see the whole image small, or patches of it, or both, made of this network's own parts and trained as long. They have the coarse head, as
/// their papers do, and cross-entropy alone.
/// </summary>
public static class Baselines
{
    /// <summary>Side of a patch, as in GLNet (Chen et al. 2019).</summary>
    public const int PatchSide = 500;

    // What GLNet's global branch sees of a picture: at most as many pixels along a side as a patch has, in whole positions.
    private const int ContextPositions = 62;
    private const int ContextBudget = 8 * ContextPositions;

    // More than any picture's shorter side: a context is the whole picture.
    private const int WholePicture = 10_000;

    /// <summary>DeepLabv3 over ResNet-18 of the whole image at a quarter of its size.</summary>
    public static StudyRow GlobalOnly { get; } =
        new("global-only", "global: DeepLabv3-ResNet18, whole image at 1/4") { Network = n => Cnn(n, scale: 0.25), Recipe = Wide };

    /// <summary>The same network at full size on patches, each for itself.</summary>
    public static StudyRow PatchesOnly { get; } =
        new("patches-only", $"local: DeepLabv3-ResNet18, patches of {PatchSide}")
        {
            Network = n => OnPatches(Cnn(n, scale: 1)),
            Recipe = OfPatches,
            Inference = new Patches(PatchSide),
        };

    /// <summary>Patches, and beside each the whole picture small, with a CNN for either: GLNet's way, fused once and at the patch's place.</summary>
    public static StudyRow GlobalLocal { get; } =
        new("global-local", $"global + local (GLNet's way): patches of {PatchSide} and the whole image at {ContextBudget}")
        {
            Network = n =>
                OnPatches(Cnn(n, scale: 1)) with
                {
                    Branches = [Branch.Short, Branch.Long],
                    LongEncoder = LongEncoderKind.Convolutional,
                    LongWidth = n.ShortChannels,
                    LongPatch = 8,
                    LongRangeTokens = ContextPositions,
                    LongRangeSpan = null,
                    Fusion = FusionKind.Concat,
                },
            Recipe = r =>
                OfPatches(r) with
                {
                    Sampling = OfPatches(r).Sampling with { ContextSizes = [WholePicture], ContextBudget = ContextBudget },
                },
            Inference = new Patches(PatchSide),
        };

    /// <summary>A shallow network on the high frequencies at full size and a deep one at a quarter: ISDNet's way (Guo et al. 2022), with HFF to fuse them.</summary>
    public static StudyRow ShallowDeep { get; } =
        new("shallow-deep", "shallow high + deep low at 1/4 (ISDNet's way)")
        {
            Network = n =>
                Cnn(n, scale: 0.25) with
                {
                    Branches = [Branch.High, Branch.Short],
                    Decomposition = DecompositionKind.LaplacianPyramid,
                    HighEncoder = HighEncoderKind.Shallow,
                },
            Recipe = Wide,
        };

    public static IReadOnlyList<StudyRow> Rows { get; } = [GlobalOnly, PatchesOnly, GlobalLocal, ShallowDeep];

    private static F2NetConfig Cnn(F2NetConfig network, double scale) =>
        network with
        {
            Branches = [Branch.Short],
            Decomposition = DecompositionKind.None,
            ShortScale = scale,
            Head = HeadKind.Coarse,
        };

    // A patch is as large in training as when the network is applied, so ASPP's mean is over all of it.
    private static F2NetConfig OnPatches(F2NetConfig network) => network with { ShortPoolWindow = null };

    private static TrainingRecipe CrossEntropyAlone(TrainingRecipe recipe) => recipe with { AlignmentWeight = 0, BalanceWeight = 0 };

    // Reduced to a quarter and not to a half, crops twice as wide have as many positions of F_s as the full network's, so its dilations and windows fit.
    private static TrainingRecipe Wide(TrainingRecipe recipe) =>
        CrossEntropyAlone(recipe) with
        {
            Sampling = recipe.Sampling with
            {
                CropSize = 2 * recipe.Sampling.CropSize,
                LargeCropSize = 2 * recipe.Sampling.LargeCropSize,
                ContextSizes = [],
            },
        };

    // About as many pixels a step as the full network's ordinary batch.
    private static TrainingRecipe OfPatches(TrainingRecipe recipe) =>
        CrossEntropyAlone(recipe) with
        {
            Sampling = recipe.Sampling with
            {
                CropSize = PatchSide,
                BatchSize = Math.Max(
                    1,
                    recipe.Sampling.BatchSize * recipe.Sampling.CropSize * recipe.Sampling.CropSize / (PatchSide * PatchSide)
                ),
                LargeCropEvery = 0,
                ContextSizes = [],
            },
        };
}
