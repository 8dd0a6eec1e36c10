using F2Net.Model;
using F2Net.Model.LongRange;

namespace F2Net.Benchmarks;

/// <summary>At how many positions each layer of a network works, for one image of a given size.</summary>
internal sealed class Geometry
{
    private readonly F2NetConfig config;
    private readonly (long Height, long Width) image,
        high,
        shortRange;
    private readonly long contextPixels;
    private readonly (long Height, long Width) context;

    internal Geometry(F2NetModel model, long height, long width)
    {
        config = model.Config;
        image = (height, width);
        high = Scaled(config.HighScale);
        shortRange = Scaled(config.ShortScale);
        var own = Scaled(config.LongScale);
        var budget = model.LongRangeView as TokenBudget;
        var (rows, columns, down, across) = budget?.Grid(height, width) ?? (1, 1, own.Height, own.Width);
        Contexts = rows * columns;
        context = (down, across);
        contextPixels = budget is null || !config.Has(Branch.Long) ? 0 : Contexts * down * across;
        Tokens =
            config.LongEncoder == LongEncoderKind.Convolutional
                ? Area(context, ConvolutionalContext.Stride)
                : down / config.LongPatch * (across / config.LongPatch);
    }

    /// <summary>Contexts of the long-range branch, each with an attention of its own.</summary>
    internal long Contexts { get; }

    /// <summary>Tokens of one context.</summary>
    internal long Tokens { get; }

    /// <summary>Tokens of a stage of the high-frequency branch.</summary>
    internal long StagePositions(int stage) => Area(high, 4 << stage);

    /// <param name="path">A weight's state name, cut at its dots.</param>
    internal long Positions(string[] path) =>
        path[0] switch
        {
            "afd" => path[1] == "coarse_filter_gen" ? Area(image, 2) : image.Height * image.Width,
            "high" => High(path),
            "short" => Cnn(path, shortRange, config.ShortPoolWindow),
            "long" when config.LongEncoder == LongEncoderKind.Convolutional => Contexts * Cnn(path, context, poolWindow: null),
            "long" => Contexts * Tokens,
            "hff_lf" => Fusion(path[1], config.ShortChannels, config.LongWidth, LowFrequency, LowFrequency),
            "hff" when config.HighEncoder == HighEncoderKind.Shallow => Fusion(
                path[2],
                HighChannels,
                LowChannels,
                HighFrequency,
                LowFrequency
            ),
            "hff" => Fusion(path[1], LowChannels, HighChannels, LowFrequency, HighFrequency),
            _ => Head(path[1]),
        };

    /// <summary>Of a weight of the decomposition in the contexts that a token budget splits.</summary>
    internal long ContextPositions(string[] path) => path[1] == "coarse_filter_gen" ? contextPixels / 4 : contextPixels;

    private long High(string[] path) =>
        path[1..] switch
        {
            ["stem", "0", ..] => Area(high, 2),
            ["stem", ..] => Area(high, 4),
            ["stage", ..] => Area(high, 8),
            [_, "patch_embed", "0", ..] => Area(high, 2),
            [_, "patch_embed", ..] => Area(high, 4),
            [_, "layers", var stage, "downsample", ..] => StagePositions(Number(stage) + 1),
            [_, "layers", var stage, ..] => StagePositions(Number(stage)),
            _ => throw Unknown(path),
        };

    private static long Cnn(string[] path, (long Height, long Width) map, int? poolWindow) =>
        path[1..] switch
        {
            ["backbone", "stem", ..] => Area(map, 2),
            ["backbone", "layer1", ..] => Area(map, 4),
            ["aspp", "image_pool", ..] => poolWindow is null ? 1 : Area(map, 8),
            ["backbone" or "aspp", ..] => Area(map, 8),
            _ => throw Unknown(path),
        };

    // HFF's gates work on global means, its cross gates on each row or column of the affinity; what reads the second map at its own size
    // works on that, everything else on every position of the first.
    private long Fusion(string layer, long rows, long columns, long first, long second) =>
        (config.Fusion, layer) switch
        {
            (_, "att_a" or "att_b") => 1,
            (_, "cross_a") => rows,
            (_, "cross_b") => columns,
            (FusionKind.Add, "proj_b") or (_, "key" or "value") => second,
            _ => first,
        };

    /// <summary>Pairs of positions that cross-attention compares where F_s and F_l meet; 0 for other fusions.</summary>
    internal double LowFusionPairs => Pairs(config.Has(Branch.Short) && config.Has(Branch.Long), LowFrequency);

    /// <summary>The same where F_sl and F_m meet.</summary>
    internal double FusionPairs => Pairs(config.Has(Branch.High) && config.Branches.Count > 1, HighFrequency);

    private double Pairs(bool isFused, long second) =>
        isFused && config.Fusion == FusionKind.CrossAttention ? (double)LowFrequency * second : 0;

    private long Head(string layer) =>
        layer switch
        {
            "0" => Coarse,
            "fine" => Fine,
            "low" or "high" => image.Height * image.Width,
            _ => config.Head switch
            {
                HeadKind.Coarse => Coarse,
                HeadKind.Fine => Fine,
                _ => image.Height * image.Width,
            },
        };

    private long LowChannels => F2NetModel.LowFrequencyChannels(config)!.Value;

    private long HighChannels => config.HighFrequencyChannels;

    // Positions of F_sl, which is as large as F_s.
    private long LowFrequency =>
        config.Has(Branch.Short) ? Area(shortRange, 8)
        : config.LongRangeTokens is null ? Tokens
        : Area(image, 16);

    // Of F_m.
    private long HighFrequency => config.HighEncoder == HighEncoderKind.Shallow ? Area(high, 8) : StagePositions(3);

    // Of F.
    private long Coarse =>
        config.Has(Branch.High) && config.HighEncoder == HighEncoderKind.Shallow ? HighFrequency
        : F2NetModel.LowFrequencyChannels(config) is not null ? LowFrequency
        : HighFrequency;

    private long Fine => config.Has(Branch.High) ? StagePositions(0) : Area(shortRange, 2);

    private (long Height, long Width) Scaled(double scale) => ((long)(image.Height * scale), (long)(image.Width * scale));

    // Every stride-2 step rounds up, and so does their product.
    private static long Area((long Height, long Width) map, int stride) =>
        (map.Height + stride - 1) / stride * ((map.Width + stride - 1) / stride);

    private static int Number(string index) => int.Parse(index, System.Globalization.CultureInfo.InvariantCulture);

    private static ArgumentException Unknown(string[] path) => new($"{string.Join('.', path)} is no layer of F2Net.");
}
