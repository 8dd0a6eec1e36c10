using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// F2Net: an image is split into high and low frequencies; a state-space encoder reads the high ones at full resolution, a CNN
/// and a ViT the low ones at half; hybrid fusions join the three, and a head turns them into logits.
/// </summary>
/// <remarks>
/// Input (B, 3, H, W), float, normalised, H and W from 32 up, odd ones included; output logits (B, classes, H, W). State names are
/// the official ones. CFAL's projections belong to the loss (<see cref="Losses.F2NetLoss"/>).
/// </remarks>
public sealed class F2NetModel : nn.Module<Tensor, Tensor>
{
    /// <summary>The smallest height and width in pixels.</summary>
    public const int MinimumSize = 32;

    private readonly IFrequencyDecomposition afd;
    private readonly HighFrequencyBranch? high;

    [ComponentName(Name = "short")]
    private readonly ShortRangeBranch? shortRange;

    [ComponentName(Name = "long")]
    private readonly LongRangeBranch? longRange;

    private readonly IFeatureFusion? hff_lf,
        hff;
    private readonly ISegmentationHead head;
    private readonly ILongRangeView view;

    /// <exception cref="ArgumentException">The configuration has an impossible value or combination, which the message names.</exception>
    public F2NetModel(F2NetConfig config)
        : base(nameof(F2NetModel))
    {
        config.Validate();
        Config = config;
        afd = Variants.Decomposition(config);
        view = Variants.LongRangeView(config, afd);
        if (config.Has(Branch.High))
            high = new HighFrequencyBranch(
                config.DecompositionChannels,
                config.HighDepths,
                config.HighDims,
                config.HighDropPath,
                config.HighStateSize
            );
        if (config.Has(Branch.Short))
            shortRange = new ShortRangeBranch(
                config.DecompositionChannels,
                config.ShortChannels,
                config.ShortWidth,
                config.ShortDilations,
                config.ShortPoolWindow
            );
        if (config.Has(Branch.Long))
            longRange = new LongRangeBranch(
                config.DecompositionChannels,
                config.LongWidth,
                config.LongDepth,
                config.LongHeads,
                config.LongPatch,
                config.LongGrid
            );

        if (shortRange is not null && longRange is not null)
            hff_lf = Variants.Fusion(config, config.ShortChannels, config.LongWidth);
        if (high is not null && LowFrequencyChannels(config) is { } low)
            hff = Variants.Fusion(config, low, config.HighDims[^1]);
        head = Variants.Head(config, hff is not null ? config.FusionChannels : LowFrequencyChannels(config) ?? config.HighDims[^1]);
        RegisterComponents();
    }

    public F2NetConfig Config { get; }

    /// <summary>Splits an image into its frequencies; notebooks look at it alone.</summary>
    public IFrequencyDecomposition Decomposition => afd;

    /// <summary>The branches and fusions, to look at; null where the configuration leaves them out.</summary>
    public HighFrequencyBranch? HighFrequencyBranch => high;

    public ShortRangeBranch? ShortRangeBranch => shortRange;

    public LongRangeBranch? LongRangeBranch => longRange;

    /// <summary>Joins F_s and F_l to F_sl.</summary>
    public IFeatureFusion? LowFrequencyFusion => hff_lf;

    /// <summary>Joins F_sl and F_m to F.</summary>
    public IFeatureFusion? Fusion => hff;

    /// <summary>What turns F into logits, and what the long-range branch looks at.</summary>
    internal ISegmentationHead Head => head;

    internal ILongRangeView LongRangeView => view;

    /// <summary>Channels of F_sl; null without a low-frequency branch.</summary>
    public static long? LowFrequencyChannels(F2NetConfig config) =>
        (config.Has(Branch.Short), config.Has(Branch.Long)) switch
        {
            (true, true) => config.FusionChannels,
            (true, false) => config.ShortChannels,
            (false, true) => config.LongWidth,
            _ => null,
        };

    /// <summary>Each branch that is present with the module of its last block.</summary>
    public IEnumerable<(Branch Branch, nn.Module LastBlock)> LastBlocks()
    {
        if (high is not null)
            yield return (Branch.High, high.LastBlock);
        if (shortRange is not null)
            yield return (Branch.Short, shortRange.LastBlock);
        if (longRange is not null)
            yield return (Branch.Long, longRange.LastBlock);
    }

    /// <summary>Each branch that is present as a whole.</summary>
    public IEnumerable<(Branch Branch, nn.Module Module)> WholeBranches()
    {
        if (high is not null)
            yield return (Branch.High, high);
        if (shortRange is not null)
            yield return (Branch.Short, shortRange);
        if (longRange is not null)
            yield return (Branch.Long, longRange);
    }

    /// <summary>The logits alone; what led to them is freed as soon as its last reader has run.</summary>
    public override Tensor forward(Tensor image) => Flow(image, null, keep: false).Logits;

    /// <summary>The forward pass with every intermediate.</summary>
    /// <param name="context">
    /// What the long-range branch sees under a token budget; without one the image is its own context. Ignored without a budget.
    /// </param>
    public F2NetOutput Run(Tensor image, LongRangeContext? context = null) => Flow(image, context, keep: true);

    private F2NetOutput Flow(Tensor image, LongRangeContext? context, bool keep)
    {
        Check(image);
        using var scope = NewDisposeScope();
        void Done(params ReadOnlySpan<Tensor?> tensors)
        {
            foreach (var tensor in tensors)
                if (!keep)
                    tensor?.Dispose();
        }

        var (height, width) = (image.shape[2], image.shape[3]);
        var (xLow, xHigh) = afd.call(image); // X_low, X_high   (B, C, H, W)

        // First whatever reads the full-resolution maps, so that they can go.
        using var kept = head.Keep(xLow, xHigh);
        var embedded = Embed(xHigh);
        Done(xHigh);
        var stemmed = Stem(xLow);
        var longInput = longRange is null ? null : view.Input(image, xLow, context);
        Done(xLow);

        var highFrequency = embedded is null ? null : high!.Deepen(embedded); // F_m
        var shortFeatures = stemmed is null ? null : shortRange!.Deepen(stemmed); // F_s
        var longFeatures = longInput is null ? null : Place(longInput, context, shortFeatures, height, width); // F_l
        longInput?.Dispose();

        var lowFrequency = Join(hff_lf, shortFeatures, longFeatures); // F_sl
        var fused = Join(hff, lowFrequency, highFrequency)!; // F
        Done(shortFeatures, longFeatures, lowFrequency, highFrequency);

        var fine = embedded ?? stemmed ?? fused;
        using var headLogits = head.call(new(fused, fine, kept));
        var logits = Resize.To(headLogits, height, width); // (B, classes, H, W)
        if (keep)
            foreach (var tensor in new[] { xLow, xHigh, shortFeatures, longFeatures, lowFrequency, highFrequency, fused })
                tensor?.MoveToOuterDisposeScope();
        return new(xLow, xHigh, shortFeatures, longFeatures, lowFrequency, highFrequency, fused, logits.MoveToOuterDisposeScope());
    }

    private Tensor? Embed(Tensor highFrequencies)
    {
        if (high is null)
            return null;
        using var input = Resize.By(highFrequencies, Config.HighScale);
        return high.Embed(input); // (B, C0, H/4, W/4)
    }

    private Tensor? Stem(Tensor lowFrequencies)
    {
        if (shortRange is null)
            return null;
        using var input = Resize.By(lowFrequencies, Config.ShortScale);
        return shortRange.Stem(input); // (B, width, H/4, W/4)
    }

    private Tensor Place(Tensor input, LongRangeContext? context, Tensor? shortFeatures, long height, long width)
    {
        using var features = longRange!.call(input);
        return view.Place(features, context, shortFeatures?.shape[2] ?? (height + 15) / 16, shortFeatures?.shape[3] ?? (width + 15) / 16);
    }

    private static Tensor? Join(IFeatureFusion? fusion, Tensor? a, Tensor? b) => fusion is null ? (a ?? b)?.alias() : fusion.call(a!, b!);

    private static void Check(Tensor image)
    {
        if (image.shape.Length != 4 || image.shape[1] != 3)
            throw new ArgumentException($"image ({string.Join(", ", image.shape)}) must be (B, 3, H, W).", nameof(image));
        if (image.shape[2] < MinimumSize || image.shape[3] < MinimumSize)
            throw new UserException(
                $"The image has {image.shape[3]} x {image.shape[2]} pixels, but F2Net needs at least {MinimumSize} x {MinimumSize}: enlarge it."
            );
    }
}
