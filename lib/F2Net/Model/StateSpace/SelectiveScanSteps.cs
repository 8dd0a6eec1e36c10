using F2Net.Kernels.Matrices;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>What the selective scan computes on the way, each with L = H·W tokens in the K directions' own orders.</summary>
/// <param name="Sequences">(B, K, C, L), after the cross-scan.</param>
/// <param name="RawSteps">(B, K, R, L), before bias and softplus.</param>
/// <param name="Inputs">B_t, (B, K, N, L).</param>
/// <param name="Outputs">C_t, (B, K, N, L).</param>
/// <param name="Scanned">(B, K, C, L), the recurrence's y with its skip.</param>
/// <param name="Merged">(B, C, H, W), the directions added.</param>
public sealed record SelectiveScanSteps(Tensor Sequences, Tensor RawSteps, Tensor Inputs, Tensor Outputs, Tensor Scanned, Tensor Merged)
{
    // Up to here one chunk, longer as it is, takes less time than the operators that carry a state from chunk to chunk; in multiples of a vector's length.
    private const long MostInOneChunk = 192,
        ChunkMultiple = 16;

    /// <summary>All of it in tensor operators; the parameters are <see cref="Kernels.Scans.SelectiveScan.Apply"/>'s. The tensors are the caller's scope's.</summary>
    public static SelectiveScanSteps Of(Tensor x, Tensor weight, Tensor bias, Tensor aLogs, Tensor skips)
    {
        var (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (directions, heads, headWidth) = (skips.shape[0], skips.shape[1], skips.shape[2]);
        var stateSize = (weight.shape[1] - heads) / 2;
        var sequences = CrossScan.Scan(x.permute(0, 3, 1, 2), (int)directions); // (B, K, C, L)
        var projected = MatrixProduct.Apply(weight.expand(batch, -1, -1, -1), sequences); // (B, K, R + 2N, L)
        // Split, not three times narrowed: each narrow's gradient would be as large as all of it, and the three added.
        var parts = projected.split([heads, stateSize, stateSize], 2);
        var (rawSteps, inputs, outputs) = (parts[0], parts[1], parts[2]);

        var dt = nn.functional.softplus(rawSteps + bias.unsqueeze(2)); // (B, K, R, L)
        var (y, _) = StateSpaceDuality.Scan(
            sequences.view(batch, directions * heads, headWidth, -1).permute(0, 3, 1, 2), // (B, L, K·R, P)
            dt.flatten(1, 2).transpose(1, 2), // (B, L, K·R)
            -aLogs.flatten().exp(),
            inputs.permute(0, 3, 1, 2), // (B, L, K, N)
            outputs.permute(0, 3, 1, 2),
            skips.flatten(0, 1),
            chunkSize: ChunkSize(height * width)
        );
        var scanned = y.permute(0, 2, 3, 1).reshape(batch, directions, channels, -1); // (B, K, C, L)
        return new(sequences, rawSteps, inputs, outputs, scanned, CrossScan.Merge(scanned, height, width));
    }

    private static long ChunkSize(long length) =>
        length <= MostInOneChunk ? (length + ChunkMultiple - 1) / ChunkMultiple * ChunkMultiple : StateSpaceDuality.ChunkSize;
}
