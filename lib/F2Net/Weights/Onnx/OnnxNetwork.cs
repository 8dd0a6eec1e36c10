using F2Net.Model;
using F2Net.Model.LongRange;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="F2NetModel"/>: the whole forward pass in evaluation, of one image that is its own context.</summary>
internal static class OnnxNetwork
{
    /// <param name="m">The network itself.</param>
    /// <param name="image">(1, 3, H, W), normalised.</param>
    /// <returns>The logits, (1, classes, H, W).</returns>
    internal static OnnxValue Network(this OnnxModule m, OnnxValue image, F2NetConfig config, TokenBudget? budget)
    {
        var frequencies = m["afd"].Decomposition(image, config); // X_low, X_high   (1, C, H, W)

        var embedded = config.Has(Branch.High) ? m["high"].EmbedHigh(frequencies.High.ResizeBy(config.HighScale), config) : null;
        var stemmed = config.Has(Branch.Short) ? m["short"].Stem(frequencies.ShortRange.ResizeBy(config.ShortScale)) : null;

        var highFrequency = embedded is null ? null : m["high"].DeepenHigh(embedded, config); // F_m
        var shortFeatures = stemmed is null ? null : m["short"].Deepen(stemmed, config.ShortDilations, config.ShortPoolWindow); // F_s
        var longFeatures = config.Has(Branch.Long) ? m.Long(image, frequencies.Low, shortFeatures, config, budget) : null; // F_l

        var lowFrequency = m["hff_lf"].Join(shortFeatures, longFeatures, config); // F_sl
        var fused = m["hff"].JoinHigh(lowFrequency, highFrequency, config)!; // F
        return m["head"].Head(fused, embedded ?? stemmed, frequencies, config);
    }

    private static OnnxValue Long(
        this OnnxModule m,
        OnnxValue image,
        OnnxValue low,
        OnnxValue? shortFeatures,
        F2NetConfig config,
        TokenBudget? budget
    )
    {
        if (budget is null)
            return m["long"].LongEncoder(low.ResizeBy(config.LongScale), config);
        var context = m["afd"].Decomposition(OnnxLongRangeView.Cells(budget, image), config).Low; // (cells, C, h, w)
        var features = OnnxLongRangeView.Joined(budget, m["long"].LongEncoder(context, config), image);
        return features.ResizeTo(shortFeatures?.Shape[2] ?? (low.Shape[2] + 15) / 16, shortFeatures?.Shape[3] ?? (low.Shape[3] + 15) / 16);
    }

    internal static OnnxValue? Join(this OnnxModule m, OnnxValue? a, OnnxValue? b, F2NetConfig config) =>
        a is null || b is null ? a ?? b : m.Fusion(a, b, config);
}
