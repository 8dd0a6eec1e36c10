using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>What the long-range branch looks at, where the image is its own context: <see cref="OwnLowFrequencies"/> and <see cref="TokenBudget"/>.</summary>
internal static class OnnxLongRangeView
{
    /// <summary><see cref="TokenBudget.Input"/>: the image reduced by area and cut into cells, (1, 3, H, W) to (cells, 3, h, w).</summary>
    internal static OnnxValue Cells(TokenBudget budget, OnnxValue image)
    {
        var (rows, columns, down, across) = budget.Grid(image.Shape[2], image.Shape[3]);
        return Reduced(image, rows * down, columns * across)
            .Reshape(3, rows, down, columns, across)
            .Permute(1, 3, 0, 2, 4)
            .Reshape(rows * columns, 3, down, across);
    }

    /// <summary><see cref="TokenBudget.Place"/>: the cells' features side by side again.</summary>
    internal static OnnxValue Joined(TokenBudget budget, OnnxValue features, OnnxValue image)
    {
        var (rows, columns, _, _) = budget.Grid(image.Shape[2], image.Shape[3]);
        var (channels, down, across) = (features.Shape[1], features.Shape[2], features.Shape[3]);
        return features
            .Reshape(rows, columns, channels, down, across)
            .Permute(2, 0, 3, 1, 4)
            .Reshape(1, channels, rows * down, columns * across);
    }

    // adaptive_avg_pool2d as two matrix products, M_y X M_xᵀ: it has no operator in ONNX.
    private static OnnxValue Reduced(OnnxValue image, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (down, across) = (Shares(image.Shape[2], height), Shares(image.Shape[3], width));
        return image.Graph.Weight("area.down", down).MatMul(image).MatMul(image.Graph.Weight("area.across", across.transpose(0, 1)));
    }

    // What of each of some positions lies in each of fewer: (reduced, size), rows summing to one. Window i of adaptive_avg_pool2d is [⌊i s / r⌋, ⌈(i + 1) s / r⌉).
    private static Tensor Shares(long size, long reduced)
    {
        var shares = zeros(reduced, size);
        for (var i = 0L; i < reduced; i++)
        {
            var (begin, end) = (i * size / reduced, ((i + 1) * size + reduced - 1) / reduced);
            shares[i].narrow(0, begin, end - begin).fill_(1.0 / (end - begin));
        }
        return shares;
    }
}
