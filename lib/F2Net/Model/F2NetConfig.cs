using F2Net.Model.Decompositions;
using F2Net.Model.StateSpace;

namespace F2Net.Model;

/// <summary>What reads the high frequencies: the paper's state-space encoder, or a shallow CNN (ISDNet's way).</summary>
public enum HighEncoderKind
{
    StateSpace,
    Shallow,
}

/// <summary>What reads the long-range branch's view: the paper's ViT, or a CNN like the short-range branch's (GLNet's way).</summary>
public enum LongEncoderKind
{
    VisionTransformer,
    Convolutional,
}

/// <summary>How two feature maps become one.</summary>
public enum FusionKind
{
    Hybrid,
    Concat,
    Add,
    CrossAttention,
}

/// <summary>
/// What the segmentation head reads: the fused features alone (the paper's), fine ones at stride 4 as well, or these and each
/// pixel's own frequencies, at full resolution.
/// </summary>
public enum HeadKind
{
    Coarse,
    Fine,
    Pixel,
}

/// <summary>
/// Which network is built. The defaults are the paper's; every other value is a variant. Values of an absent branch are ignored.
/// </summary>
/// <remarks>As JSON: keys in camel case, choices by name, unknown keys refused, absent keys at their default.</remarks>
public sealed partial record F2NetConfig
{
    /// <summary>Classes to tell apart, at least 2.</summary>
    public int Classes { get; init; } = 7;

    public DecompositionKind Decomposition { get; init; } = DecompositionKind.Adaptive;

    /// <summary>Channels of X_low and X_high.</summary>
    public int DecompositionChannels { get; init; } = 32;

    /// <summary>AFD's groups, a divisor of the channels.</summary>
    public int DecompositionGroups { get; init; } = 8;

    /// <summary>Side of AFD's low-pass kernels, odd.</summary>
    public int DecompositionKernel { get; init; } = 3;

    /// <summary>The branches that are present, at least one.</summary>
    public IReadOnlyList<Branch> Branches { get; init; } = [Branch.High, Branch.Short, Branch.Long];

    /// <summary>By how much X_high is resized for its branch: 1, 0.5 or 0.25.</summary>
    public double HighScale { get; init; } = 1;

    /// <summary>By how much X_low is resized for the short-range branch: 1, 0.5 or 0.25.</summary>
    public double ShortScale { get; init; } = 0.5;

    /// <summary>By how much X_low is resized for the long-range branch: 1, 0.5 or 0.25; without meaning under a token budget.</summary>
    public double LongScale { get; init; } = 0.5;

    public HighEncoderKind HighEncoder { get; init; } = HighEncoderKind.StateSpace;

    /// <summary>VMamba's blocks in each stage.</summary>
    public IReadOnlyList<int> HighDepths { get; init; } = [2, 2, 4, 2];

    /// <summary>VMamba's width in each stage, multiples of 16; a shallow encoder has the first two, at strides 4 and 8.</summary>
    public IReadOnlyList<int> HighDims { get; init; } = [64, 128, 256, 512];

    /// <summary>N, the size of a channel's state in the scans.</summary>
    public int HighStateSize { get; init; } = 64;

    /// <summary>Directions of the scans: 4, or the first 2 (rows, columns) or 1 (rows) of them, for fewer operations and parameters.</summary>
    public int HighDirections { get; init; } = CrossScan.Directions;

    /// <summary>
    /// Tokens of a scan whose states training holds at once, at least 48 and rounded down to chunks of 48; null for all. Less memory and more time,
    /// on the CPU; the numbers are the same.
    /// </summary>
    public int? HighScanSegment { get; init; }

    /// <summary>Drop path of VMamba's last block, in [0, 1).</summary>
    public double HighDropPath { get; init; } = 0.2;

    /// <summary>Width of ResNet's first layer, even.</summary>
    public int ShortWidth { get; init; } = 64;

    /// <summary>Channels of F_s.</summary>
    public int ShortChannels { get; init; } = 128;

    /// <summary>ASPP's three dilations, in positions of F_s.</summary>
    public IReadOnlyList<int> ShortDilations { get; init; } = [12, 24, 36];

    /// <summary>Side of the window of ASPP's mean when a trained network is applied, in positions of F_s; null for the whole map (the paper).</summary>
    public int? ShortPoolWindow { get; init; }

    /// <summary>A convolutional one takes its width and dilations from the short-range branch's keys.</summary>
    public LongEncoderKind LongEncoder { get; init; } = LongEncoderKind.VisionTransformer;

    /// <summary>ViT's width, the channels of F_l.</summary>
    public int LongWidth { get; init; } = 192;

    /// <summary>ViT's blocks.</summary>
    public int LongDepth { get; init; } = 6;

    /// <summary>ViT's heads, a divisor of its width.</summary>
    public int LongHeads { get; init; } = 3;

    /// <summary>Pixels along a token's side; 8 for a convolutional encoder, its stride.</summary>
    public int LongPatch { get; init; } = 8;

    /// <summary>Side of the grid on which ViT learns positions.</summary>
    public int LongGrid { get; init; } = 64;

    /// <summary>At most so many tokens along each side of the long-range branch's context; null for the paper's way, without a budget.</summary>
    public int? LongRangeTokens { get; init; }

    /// <summary>
    /// Pixels that one context shows at most along a side when a larger image is its own context: it gets several, side by side. Null
    /// for one context of the whole image; without meaning without a token budget.
    /// </summary>
    public int? LongRangeSpan { get; init; }

    public FusionKind Fusion { get; init; } = FusionKind.Hybrid;

    /// <summary>Channels of F_sl where both low branches are there, of F where high and low are, and inside the head; half as many inside the head Pixel.</summary>
    public int FusionChannels { get; init; } = 128;

    public HeadKind Head { get; init; } = HeadKind.Coarse;

    /// <summary>Channels in which CFAL compares F_sl with F_m.</summary>
    public int AlignmentChannels { get; init; } = 128;

    /// <summary>The paper's network.</summary>
    public static F2NetConfig Paper(int classes = 7) => new() { Classes = classes };

    /// <summary>The same network, narrow enough to train in minutes on two cores, with a token budget and a head that sees stride 4.</summary>
    public static F2NetConfig Nano(int classes) =>
        new()
        {
            Classes = classes,
            DecompositionChannels = 8,
            DecompositionGroups = 2,
            HighDepths = [1, 1, 2, 1],
            HighDims = [16, 32, 64, 128],
            HighStateSize = 16,
            HighDropPath = 0,
            ShortWidth = 16,
            ShortChannels = 32,
            ShortDilations = [3, 6, 9],
            ShortPoolWindow = 24,
            LongWidth = 64,
            LongDepth = 2,
            LongHeads = 2,
            LongGrid = 16,
            LongRangeTokens = 16,
            LongRangeSpan = 1232,
            FusionChannels = 32,
            Head = HeadKind.Fine,
            AlignmentChannels = 32,
        };

    /// <summary>Channels of F_m.</summary>
    internal int HighFrequencyChannels => HighEncoder == HighEncoderKind.Shallow ? HighDims[1] : HighDims[^1];

    internal ScanOptions Scan =>
        new()
        {
            StateSize = HighStateSize,
            Directions = HighDirections,
            Segment = HighScanSegment,
        };

    /// <summary>Whether a branch is present.</summary>
    public bool Has(Branch branch) => Branches.Contains(branch);

    /// <summary>Reads a configuration file.</summary>
    /// <exception cref="UserException">The file is missing, no JSON, has an unknown key or a wrong value, or describes an impossible network.</exception>
    public static F2NetConfig Read(string path) => Checked(JsonFile.Read<F2NetConfig>(path), path);

    /// <summary>Reads a configuration out of a text.</summary>
    /// <param name="path">The file that the text comes from: for the messages only.</param>
    /// <exception cref="UserException">It is no JSON, has an unknown key or a wrong value, or describes an impossible network.</exception>
    public static F2NetConfig Parse(string text, string path) => Checked(JsonFile.Parse<F2NetConfig>(text, path), path);

    private static F2NetConfig Checked(F2NetConfig config, string path)
    {
        try
        {
            config.Validate();
            return config;
        }
        catch (ArgumentException e)
        {
            throw new UserException($"{path} describes a network that cannot be built: {e.Message}", e);
        }
    }
}
