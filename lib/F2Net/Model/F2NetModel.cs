using F2Net.Model.Decompositions;
using F2Net.Model.Fusions;
using F2Net.Model.Heads;
using F2Net.Model.LongRange;
using F2Net.Model.ShortRange;
using F2Net.Model.StateSpace;
using F2Net.Model.Strips;
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
    private readonly IHighFrequencyEncoder? high;

    [ComponentName(Name = "short")]
    private readonly ShortRangeBranch? shortRange;

    [ComponentName(Name = "long")]
    private readonly ILongRangeEncoder? longRange;

    private readonly IFeatureFusion? hff_lf,
        hff;
    private readonly ISegmentationHead head;

    /// <exception cref="ArgumentException">The configuration has an impossible value or combination, which the message names.</exception>
    public F2NetModel(F2NetConfig config)
        : base(nameof(F2NetModel))
    {
        config.Validate();
        Config = config;
        afd = Variants.Decomposition(config);
        LongRangeView = Variants.LongRangeView(config, afd);
        if (config.Has(Branch.High))
            high = Variants.HighEncoder(config);
        if (config.Has(Branch.Short))
            shortRange = new ShortRangeBranch(
                config.DecompositionChannels,
                config.ShortChannels,
                config.ShortWidth,
                config.ShortDilations,
                config.ShortPoolWindow
            );
        if (config.Has(Branch.Long))
            longRange = Variants.LongEncoder(config);

        if (shortRange is not null && longRange is not null)
            hff_lf = Variants.Fusion(config, config.ShortChannels, config.LongWidth);
        if (high is not null && LowFrequencyChannels(config) is { } low)
            hff = Variants.FusionWithHigh(config, low);
        head = Variants.Head(
            config,
            hff is not null ? config.FusionChannels : LowFrequencyChannels(config) ?? config.HighFrequencyChannels
        );
        RegisterComponents();
    }

    public F2NetConfig Config { get; }

    /// <summary>Splits an image into its frequencies; notebooks look at it alone.</summary>
    public IFrequencyDecomposition Decomposition => afd;

    /// <summary>The branches and fusions, to look at; null where the configuration leaves them out or has another encoder in a branch's place.</summary>
    public HighFrequencyBranch? HighFrequencyBranch => high as HighFrequencyBranch;

    public ShortRangeBranch? ShortRangeBranch => shortRange;

    public LongRangeBranch? LongRangeBranch => longRange as LongRangeBranch;

    /// <summary>What makes F_m and F_l, whatever it is; null where the configuration leaves the branch out.</summary>
    internal IHighFrequencyEncoder? HighEncoder => high;

    internal ILongRangeEncoder? LongEncoder => longRange;

    /// <summary>Joins F_s and F_l to F_sl.</summary>
    public IFeatureFusion? LowFrequencyFusion => hff_lf;

    /// <summary>Joins F_sl and F_m to F.</summary>
    public IFeatureFusion? Fusion => hff;

    /// <summary>What turns F into logits, and what the long-range branch looks at.</summary>
    internal ISegmentationHead Head => head;

    internal ILongRangeView LongRangeView { get; }

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
            yield return (Branch.High, (nn.Module)high);
        if (shortRange is not null)
            yield return (Branch.Short, shortRange);
        if (longRange is not null)
            yield return (Branch.Long, (nn.Module)longRange);
    }

    /// <summary>
    /// The logits alone; what led to them is freed as soon as its last reader has run. In evaluation without gradients the largest maps never
    /// exist: see <see cref="RunByRows"/>.
    /// </summary>
    public override Tensor forward(Tensor image)
    {
        if (training || is_grad_enabled())
            return Flow(image, null, keep: false).Logits;
        Check(image);
        using var scope = NewDisposeScope();
        Tensor? logits = null; // made when the first rows come: the largest maps are gone by then
        Tensor Whole(Tensor rows) =>
            empty([.. rows.shape[..2], .. image.shape[2..]], dtype: rows.dtype, device: rows.device).MoveToOtherDisposeScope(scope);
        RunByRows(new TensorRows(image), (top, rows) => (logits ??= Whole(rows)).narrow(2, top, rows.shape[2]).copy_(rows));
        return logits!.MoveToOuterDisposeScope(); // (B, classes, H, W)
    }

    /// <summary>
    /// The logits of images of any size, some rows at a time; the images are read likewise, once or, by a head at full resolution, twice.
    /// No full-resolution map is ever whole in memory. For a network in evaluation, without gradients.
    /// </summary>
    /// <param name="take">
    /// Gets the logits of some rows, (B, classes, rows, W), from the top to the bottom, and the place of the first; they are freed when it returns.
    /// </param>
    /// <param name="progress">Told the share of the work that is done, up to 1.</param>
    /// <param name="cancellation">Looked at between strips and between the blocks of the branches.</param>
    /// <exception cref="InvalidOperationException">The network is being trained, or gradients are recorded.</exception>
    /// <exception cref="UserException">An image is smaller than 32 x 32.</exception>
    public void RunByRows(
        IImageRows images,
        Action<long, Tensor> take,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (training || is_grad_enabled())
            throw new InvalidOperationException("Rows are for a network in evaluation (eval) and without gradients (no_grad).");
        CheckSize(images.Height, images.Width);
        new StripForward(this, images, progress: progress, cancellation: cancellation).Run(take);
    }

    /// <summary>The forward pass with every intermediate.</summary>
    /// <param name="context">
    /// What the long-range branch sees under a token budget; without one the image is its own context. Ignored without a budget.
    /// </param>
    /// <exception cref="ArgumentException">The context is larger than the budget, or has not one picture and one window for each image.</exception>
    public F2NetOutput Run(Tensor image, LongRangeContext? context = null) => Flow(image, context, keep: true);

    private F2NetOutput Flow(Tensor image, LongRangeContext? context, bool keep)
    {
        Check(image);
        if (longRange is null || LongRangeView is not TokenBudget budget)
            context = null;
        else if (context is not null)
            budget.Check(image, context);
        using var scope = NewDisposeScope();
        void Done(params ReadOnlySpan<Tensor?> tensors)
        {
            foreach (var tensor in tensors)
                if (!keep)
                    tensor?.Dispose();
        }

        var (height, width) = (image.shape[2], image.shape[3]);
        var frequencies = afd.call(image); // X_low, X_high   (B, C, H, W)

        var embedded = Embed(frequencies.High);
        var stemmed = Stem(frequencies.ShortRange);
        var longInput = longRange is null || context?.Features is not null ? null : LongRangeView.Input(image, frequencies.Low, context);

        var highFrequency = embedded is null ? null : high!.Deepen(embedded.alias()); // F_m
        var shortFeatures = stemmed is null ? null : shortRange!.Deepen(stemmed); // F_s
        var longFeatures = longRange is null ? null : Long(longInput, context, shortFeatures, height, width); // F_l
        longInput?.Dispose();

        var lowFrequency = Join(hff_lf, shortFeatures, longFeatures); // F_sl
        var fused = Join(hff, lowFrequency, highFrequency)!; // F
        Done(shortFeatures, longFeatures, lowFrequency, highFrequency);

        var said = head.call(new(fused, embedded ?? stemmed));
        var logits = head.Logits(said, RowRange.All(height, width), frequencies); // (B, classes, H, W)
        if (keep)
            foreach (var tensor in frequencies.Bands.Concat([shortFeatures, longFeatures, lowFrequency, highFrequency, fused]))
                tensor?.MoveToOuterDisposeScope();
        return new(
            frequencies.Low,
            frequencies.High,
            frequencies.Mid,
            shortFeatures,
            longFeatures,
            lowFrequency,
            highFrequency,
            fused,
            logits.MoveToOuterDisposeScope()
        );
    }

    /// <summary>What the long-range branch of a network with a token budget makes of a context; see <see cref="LongRangeContext.Features"/>.</summary>
    /// <param name="context">(B, 3, h, w), reduced to the budget.</param>
    /// <exception cref="InvalidOperationException">The network has no token budget, or no long-range branch.</exception>
    public Tensor LongRangeFeatures(Tensor context)
    {
        if (longRange is null || LongRangeView is not TokenBudget budget)
            throw new InvalidOperationException("Only a network with a long-range branch and a token budget sees contexts.");
        using var low = budget.Low(context);
        return longRange.call(low); // (B, C, h', w')
    }

    private Tensor? Embed(Tensor highFrequencies)
    {
        if (high is null)
            return null;
        using var input = Resize.By(highFrequencies, Config.HighScale);
        return high.Embed(input); // (B, C0, H/4, W/4)
    }

    private Tensor? Stem(Tensor frequencies)
    {
        if (shortRange is null)
            return null;
        using var input = Resize.By(frequencies, Config.ShortScale);
        return shortRange.Stem(input); // (B, width, H/4, W/4)
    }

    private Tensor Long(Tensor? input, LongRangeContext? context, Tensor? shortFeatures, long height, long width)
    {
        using var features = context?.Features?.alias() ?? longRange!.call(input!);
        return PlaceLong(features, context, shortFeatures, height, width);
    }

    /// <summary>The long-range branch's features where the short-range ones lie, or where these would.</summary>
    internal Tensor PlaceLong(Tensor features, LongRangeContext? context, Tensor? shortFeatures, long height, long width) =>
        LongRangeView.Place(
            features,
            context,
            shortFeatures?.shape[2] ?? (height + 15) / 16,
            shortFeatures?.shape[3] ?? (width + 15) / 16,
            (height, width)
        );

    internal static Tensor? Join(IFeatureFusion? fusion, Tensor? a, Tensor? b) => fusion is null ? (a ?? b)?.alias() : fusion.call(a!, b!);

    private static void Check(Tensor image)
    {
        if (image.shape.Length != 4 || image.shape[1] != 3)
            throw new ArgumentException($"image ({string.Join(", ", image.shape)}) must be (B, 3, H, W).", nameof(image));
        CheckSize(image.shape[2], image.shape[3]);
    }

    internal static void CheckSize(long height, long width)
    {
        if (height < MinimumSize || width < MinimumSize)
            throw new UserException(
                $"The image has {width} x {height} pixels, but F2Net needs at least {MinimumSize} x {MinimumSize}: enlarge it."
            );
    }
}
