using F2Net.Model.Decompositions;
using F2Net.Model.Fusions;
using F2Net.Model.Heads;
using F2Net.Model.LongRange;
using F2Net.Model.StateSpace;

namespace F2Net.Model;

/// <summary>From a configuration's choices to the classes behind them.</summary>
internal static class Variants
{
    public static IFrequencyDecomposition Decomposition(F2NetConfig config) =>
        config.Decomposition switch
        {
            DecompositionKind.Adaptive => new AdaptiveFrequencyDecomposition(
                3,
                config.DecompositionChannels,
                config.DecompositionGroups,
                config.DecompositionKernel
            ),
            DecompositionKind.AdaptiveAllOnes => new AllOnesFrequencyDecomposition(
                3,
                config.DecompositionChannels,
                config.DecompositionGroups,
                config.DecompositionKernel
            ),
            DecompositionKind.AdaptiveThreeBands => new ThreeBandDecomposition(
                3,
                config.DecompositionChannels,
                config.DecompositionGroups,
                config.DecompositionKernel
            ),
            DecompositionKind.LaplacianPyramid => new LaplacianPyramidDecomposition(3, config.DecompositionChannels),
            DecompositionKind.Gaussian => new GaussianDecomposition(3, config.DecompositionChannels),
            DecompositionKind.Haar => new HaarWaveletDecomposition(3, config.DecompositionChannels),
            DecompositionKind.None => new UndividedFrequencies(3, config.DecompositionChannels),
            DecompositionKind.Noise => new NoiseDecomposition(config.DecompositionChannels),
            _ => throw Unknown(config.Decomposition),
        };

    public static IFeatureFusion Fusion(F2NetConfig config, long channelsA, long channelsB) =>
        config.Fusion switch
        {
            FusionKind.Hybrid => new HybridFrequencyFusion(channelsA, channelsB, config.FusionChannels),
            FusionKind.Concat => new ConcatFusion(channelsA, channelsB, config.FusionChannels),
            FusionKind.Add => new AddFusion(channelsA, channelsB, config.FusionChannels),
            FusionKind.CrossAttention => new CrossAttentionFusion(channelsA, channelsB, config.FusionChannels),
            _ => throw Unknown(config.Fusion),
        };

    /// <summary>Joins F_sl and F_m, at the finer one's size: F_sl's but for a shallow encoder.</summary>
    /// <param name="low">Channels of F_sl.</param>
    public static IFeatureFusion FusionWithHigh(F2NetConfig config, long low) =>
        config.HighEncoder switch
        {
            HighEncoderKind.StateSpace => Fusion(config, low, config.HighFrequencyChannels),
            HighEncoderKind.Shallow => new FusionAtSecond(Fusion(config, config.HighFrequencyChannels, low)),
            _ => throw Unknown(config.HighEncoder),
        };

    public static IHighFrequencyEncoder HighEncoder(F2NetConfig config) =>
        config.HighEncoder switch
        {
            HighEncoderKind.StateSpace => new HighFrequencyBranch(
                config.DecompositionChannels,
                config.HighDepths,
                config.HighDims,
                config.HighDropPath,
                config.Scan
            ),
            HighEncoderKind.Shallow => new ShallowEncoder(config.DecompositionChannels, config.HighDims[0], config.HighDims[1]),
            _ => throw Unknown(config.HighEncoder),
        };

    public static ILongRangeEncoder LongEncoder(F2NetConfig config) =>
        config.LongEncoder switch
        {
            LongEncoderKind.VisionTransformer => new LongRangeBranch(
                config.DecompositionChannels,
                config.LongWidth,
                config.LongDepth,
                config.LongHeads,
                config.LongPatch,
                config.LongGrid
            ),
            LongEncoderKind.Convolutional => new ConvolutionalContext(
                config.DecompositionChannels,
                config.LongWidth,
                config.ShortWidth,
                config.ShortDilations
            ),
            _ => throw Unknown(config.LongEncoder),
        };

    /// <param name="channels">Of the fused features.</param>
    public static ISegmentationHead Head(F2NetConfig config, long channels) =>
        config.Head switch
        {
            HeadKind.Coarse => new CoarseHead(channels, config.FusionChannels, config.Classes),
            HeadKind.Fine => new FineHead(channels, FineChannels(config), config.FusionChannels, config.Classes),
            HeadKind.Pixel => new PixelHead(
                channels,
                FineChannels(config),
                config.DecompositionChannels,
                config.FusionChannels / 2,
                config.Classes
            ),
            _ => throw Unknown(config.Head),
        };

    private static long FineChannels(F2NetConfig config) => config.Has(Branch.High) ? config.HighDims[0] : config.ShortWidth;

    public static ILongRangeView LongRangeView(F2NetConfig config, IFrequencyDecomposition decomposition) =>
        config.LongRangeTokens is { } tokens
            ? new TokenBudget(decomposition, tokens, config.LongPatch, config.LongRangeSpan)
            : new OwnLowFrequencies(config.LongScale);

    internal static ArgumentException Unknown<T>(T kind)
        where T : struct, Enum => new($"{typeof(T).Name} {kind} is not known.");
}
