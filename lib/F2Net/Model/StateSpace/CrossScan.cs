using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>
/// Reads a map as sequences and adds sequences back into a map (VMamba, Liu et al. 2024): row by row, column by column, and both backwards;
/// or the first one or two of these.
/// </summary>
public static class CrossScan
{
    /// <summary>How many directions there are at the most.</summary>
    public const int Directions = 4;

    /// <param name="map">(B, C, H, W).</param>
    /// <param name="directions">K: 1, 2 or 4.</param>
    /// <returns>(B, K, C, H·W): rows, columns (token w·H + h), rows reversed, columns reversed.</returns>
    public static Tensor Scan(Tensor map, int directions = Directions)
    {
        using var scope = NewDisposeScope();
        if (directions == 1)
            return map.flatten(2).unsqueeze(1).MoveToOuterDisposeScope();
        var forward = stack([map.flatten(2), map.transpose(2, 3).flatten(2)], 1); // (B, 2, C, L)
        return (directions == 2 ? forward : cat([forward, forward.flip(3)], 1)).MoveToOuterDisposeScope();
    }

    /// <param name="sequences">(B, K, C, H·W), ordered as <see cref="Scan"/> returns them.</param>
    /// <returns>(B, C, H, W): the plain sum of them, each put back where its tokens came from.</returns>
    public static Tensor Merge(Tensor sequences, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (batch, channels) = (sequences.shape[0], sequences.shape[2]);
        var both = sequences.shape[1] == Directions ? sequences.narrow(1, 0, 2) + sequences.narrow(1, 2, 2).flip(3) : sequences; // (B, 2, C, L)
        var rows = both.select(1, 0).reshape(batch, channels, height, width);
        if (both.shape[1] == 1)
            return rows.MoveToOuterDisposeScope();
        var columns = both.select(1, 1).reshape(batch, channels, width, height);
        return (rows + columns.transpose(2, 3)).MoveToOuterDisposeScope();
    }
}
