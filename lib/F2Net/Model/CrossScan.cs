using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// Reads a map as four sequences and adds four sequences back into a map (VMamba, Liu et al. 2024): row by row, column by
/// column, and both backwards.
/// </summary>
public static class CrossScan
{
    /// <summary>How many directions there are.</summary>
    public const int Directions = 4;

    /// <param name="map">(B, C, H, W).</param>
    /// <returns>(B, 4, C, H·W): rows, columns (token w·H + h), rows reversed, columns reversed.</returns>
    public static Tensor Scan(Tensor map)
    {
        using var scope = NewDisposeScope();
        var forward = stack([map.flatten(2), map.transpose(2, 3).flatten(2)], 1); // (B, 2, C, L)
        return cat([forward, forward.flip(3)], 1).MoveToOuterDisposeScope();
    }

    /// <param name="sequences">(B, 4, C, H·W), ordered as <see cref="Scan"/> returns them.</param>
    /// <returns>(B, C, H, W): the plain sum of the four, each put back where its tokens came from.</returns>
    public static Tensor Merge(Tensor sequences, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (batch, channels) = (sequences.shape[0], sequences.shape[2]);
        var both = sequences.narrow(1, 0, 2) + sequences.narrow(1, 2, 2).flip(3); // (B, 2, C, L)
        var rows = both.select(1, 0).reshape(batch, channels, height, width);
        var columns = both.select(1, 1).reshape(batch, channels, width, height);
        return (rows + columns.transpose(2, 3)).MoveToOuterDisposeScope();
    }
}
