namespace F2Net.Model;

/// <summary>Roughly how the work of a forward pass is spread, in multiply-adds: enough to say how much of the time has gone by.</summary>
internal sealed class ForwardCost(F2NetConfig config, long height, long width)
{
    private readonly double pixels = (double)height * width;

    /// <summary>Decomposition, patch embedding and stem.</summary>
    public double Local => 100 * pixels * config.DecompositionChannels;

    public double Short => config.Has(Branch.Short) ? Cnn(pixels * config.ShortScale * config.ShortScale) : 0;

    /// <summary>One transformer block, or a convolutional encoder whole.</summary>
    public double LongBlock
    {
        get
        {
            if (!config.Has(Branch.Long))
                return 0;
            if (config.LongEncoder == LongEncoderKind.Convolutional)
                return Cnn(
                    config.LongRangeTokens is { } most ? Math.Min(pixels, 64.0 * most * most) : pixels * config.LongScale * config.LongScale
                );
            var tokens = pixels * config.LongScale * config.LongScale / (config.LongPatch * config.LongPatch);
            var seen = Math.Min(tokens, (double?)config.LongRangeTokens * config.LongRangeTokens ?? tokens);
            return tokens * config.LongWidth * (12 * config.LongWidth + 2 * seen);
        }
    }

    /// <summary>A shallow encoder whole, or one stage of the state-space encoder on average: a stage has a quarter of the tokens of the one before, twice as wide.</summary>
    public double HighStage =>
        (config.Has(Branch.High), config.HighEncoder) switch
        {
            (false, _) => 0,
            (_, HighEncoderKind.Shallow) => pixels
                * config.HighScale
                * config.HighScale
                * 40
                * config.HighDims[1]
                * config.HighDims[1]
                / 64,
            _ => config
                .HighDepths.Select(
                    (depth, i) => depth * pixels * config.HighScale * config.HighScale / (16 << (2 * i)) * Block(config.HighDims[i])
                )
                .Average(),
        };

    /// <summary>Logits of all rows.</summary>
    public double Head => pixels * (config.Head == HeadKind.Pixel ? 100 * config.DecompositionChannels : 4 * config.Classes);

    public double Whole =>
        Local
        + Short
        + (config.LongEncoder == LongEncoderKind.Convolutional ? 1 : config.LongDepth) * LongBlock
        + (config.HighEncoder == HighEncoderKind.Shallow ? 1 : config.HighDepths.Count) * HighStage
        + Head;

    // DeepLabv3 over ResNet-18.
    private double Cnn(double pixels) => pixels * 60 * config.ShortWidth * config.ShortWidth / 4;

    // MLP and projections, then the scan.
    private double Block(int channels) => channels * (20.0 * channels + 5.0 * config.HighDirections * config.HighStateSize);
}
