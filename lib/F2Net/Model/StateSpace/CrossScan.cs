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
        // A chunk each, not a select: the gradient of each select would be as large as all of them, and all would be added.
        var each = sequences.chunk(sequences.shape[1], 1); // K times (B, 1, C, L)
        var rows = Both(0).reshape(batch, channels, height, width);
        return (each.Length == 1 ? rows : rows + Both(1).reshape(batch, channels, width, height).transpose(2, 3)).MoveToOuterDisposeScope();

        Tensor Both(int way) => each.Length == Directions ? each[way] + each[way + 2].flip(3) : each[way];
    }
}
