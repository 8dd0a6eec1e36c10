using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// A token budget for the long-range branch: it sees the low frequencies of a wide context resized by area, and the part of its
/// features where the image lies is cut out and resized. Attention then no longer grows with the image.
/// </summary>
/// <param name="decomposition">Splits the context as it splits the image.</param>
/// <param name="tokens">At most so many tokens along a side.</param>
/// <param name="patchSize">Pixels along a token's side, so a context has at most tokens · patchSize pixels along a side.</param>
public sealed class TokenBudget(IFrequencyDecomposition decomposition, long tokens, long patchSize) : ILongRangeView
{
    /// <remarks>Without a context the image is its own: it is resized by area to the budget.</remarks>
    /// <exception cref="ArgumentException">The context is larger than the budget or has not one window for each image.</exception>
    public Tensor Input(Tensor image, Tensor low, LongRangeContext? context)
    {
        using var scope = NewDisposeScope();
        if (context is not null)
            Check(image, context);
        return decomposition.call(context?.Image ?? Whole(image)).Low.MoveToOuterDisposeScope(); // (B, C, h, w)
    }

    public Tensor Place(Tensor features, LongRangeContext? context, long height, long width)
    {
        if (context is null)
            return Resize.To(features, height, width);

        using var scope = NewDisposeScope();
        // How many tokens the context is high and wide; a fraction when its last pixels fill no patch.
        var (down, across) = (context.Image.shape[2] / (double)patchSize, context.Image.shape[3] / (double)patchSize);
        var rows = Interpolation(context.Windows.Select(w => (w.Top * down, w.Height * down)), height, features, features.shape[2]);
        var columns = Interpolation(context.Windows.Select(w => (w.Left * across, w.Width * across)), width, features, features.shape[3]);
        // Two matrix products, W_y F W_xᵀ, and not a grid sample, which has no second derivative.
        return rows.matmul(features).matmul(columns.transpose(2, 3)).MoveToOuterDisposeScope(); // (B, C, height, width)
    }

    private Tensor Whole(Tensor image)
    {
        var budget = tokens * patchSize;
        var (height, width) = (image.shape[2], image.shape[3]);
        var longer = Math.Max(height, width);
        long Side(long side) => Math.Max(patchSize, (longer <= budget ? side : side * budget / longer) / patchSize * patchSize);
        return nn.functional.adaptive_avg_pool2d(image, [Side(height), Side(width)]);
    }

    /// <summary>Bilinear interpolation along one axis as a matrix for each sample: (B, 1, size, tokens), rows summing to one.</summary>
    /// <param name="windows">Start and length of each sample's window, in tokens.</param>
    private static Tensor Interpolation(IEnumerable<(double Start, double Length)> windows, long size, Tensor features, long tokens)
    {
        var all = windows.ToArray();
        var weights = new float[all.Length * size * tokens];
        for (var sample = 0; sample < all.Length; sample++)
        for (var i = 0L; i < size; i++)
        {
            var position = Math.Clamp(all[sample].Start + (i + 0.5) / size * all[sample].Length - 0.5, 0, tokens - 1);
            var before = Math.Min((long)position, Math.Max(0, tokens - 2));
            var row = (sample * size + i) * tokens;
            weights[row + before] += (float)(1 - (position - before));
            if (tokens > 1)
                weights[row + before + 1] += (float)(position - before);
        }
        return tensor(weights, [all.Length, 1, size, tokens], dtype: features.dtype, device: features.device);
    }

    private void Check(Tensor image, LongRangeContext context)
    {
        var budget = tokens * patchSize;
        var (height, width) = (context.Image.shape[2], context.Image.shape[3]);
        if (Math.Max(height, width) > budget || Math.Min(height, width) < patchSize)
            throw new ArgumentException(
                $"The context is {height} x {width} pixels; each side must have {patchSize} to {budget}.",
                nameof(context)
            );
        if (context.Windows.Count != image.shape[0] || context.Image.shape[0] != image.shape[0])
            throw new ArgumentException(
                $"The context has {context.Image.shape[0]} pictures and {context.Windows.Count} windows for {image.shape[0]} images.",
                nameof(context)
            );
    }
}
