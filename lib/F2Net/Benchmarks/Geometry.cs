using F2Net.Model;

namespace F2Net.Benchmarks;

/// <summary>At how many positions each layer of a network works, for one image of a given size.</summary>
internal sealed class Geometry
{
    private readonly F2NetConfig config;
    private readonly (long Height, long Width) image,
        high,
        shortRange;
    private readonly long contextPixels;

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
        contextPixels = budget is null ? 0 : Contexts * down * across;
        Tokens = down / config.LongPatch * (across / config.LongPatch);
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
            "afd" => path[1] == "coarse_filter_gen" ? (Area(image, 2) + contextPixels / 4) : image.Height * image.Width + contextPixels,
            "high" => High(path),
            "short" => Short(path),
            "long" => Contexts * Tokens,
            "hff_lf" => Fusion(path[1], config.ShortChannels, config.LongWidth),
            "hff" => Fusion(path[1], F2NetModel.LowFrequencyChannels(config)!.Value, config.HighDims[^1]),
            _ => Head(path[1]),
        };

    private long High(string[] path) =>
        path[1..] switch
        {
            [_, "patch_embed", "0", ..] => Area(high, 2),
            [_, "patch_embed", ..] => Area(high, 4),
            [_, "layers", var stage, "downsample", ..] => StagePositions(Number(stage) + 1),
            [_, "layers", var stage, ..] => StagePositions(Number(stage)),
            _ => throw Unknown(path),
        };

    private long Short(string[] path) =>
        path[1..] switch
        {
            ["backbone", "stem", ..] => Area(shortRange, 2),
            ["backbone", "layer1", ..] => Area(shortRange, 4),
            ["aspp", "image_pool", ..] => config.ShortPoolWindow is null ? 1 : Area(shortRange, 8),
            ["backbone" or "aspp", ..] => Area(shortRange, 8),
            _ => throw Unknown(path),
        };

    // The gates work on global means, the cross gates on each row or column of the affinity; the projections on every position of the
    // first map, F_s or F_sl, which is as large as F_s.
    private long Fusion(string layer, long rows, long columns) =>
        layer switch
        {
            "att_a" or "att_b" => 1,
            "cross_a" => rows,
            "cross_b" => columns,
            _ => Coarse,
        };

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

    private long Coarse =>
        config.Has(Branch.Short) ? Area(shortRange, 8)
        : config.Has(Branch.Long) ? Tokens
        : StagePositions(3);

    private long Fine => config.Has(Branch.High) ? StagePositions(0) : Area(shortRange, 2);

    private (long Height, long Width) Scaled(double scale) => ((long)(image.Height * scale), (long)(image.Width * scale));

    // Every stride-2 step rounds up, and so does their product.
    private static long Area((long Height, long Width) map, int stride) =>
        (map.Height + stride - 1) / stride * ((map.Width + stride - 1) / stride);

    private static int Number(string index) => int.Parse(index, System.Globalization.CultureInfo.InvariantCulture);

    private static ArgumentException Unknown(string[] path) => new($"{string.Join('.', path)} is no layer of F2Net.");
}
