using F2Net.Model.StateSpace;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="Model.StateSpace.SelectiveScan2d"/> for a batch of one.</summary>
internal static class OnnxSelectiveScan2d
{
    /// <param name="x">(1, H, W, C).</param>
    internal static OnnxValue SelectiveScan2d(this OnnxModule m, OnnxValue x)
    {
        var (height, width, channels) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        var local = m["conv2d"][1].Conv(m["in_proj"].Linear(x).Permute(0, 3, 1, 2), padding: 1).Gelu(); // (1, C, H, W)
        var skips = m.Weight("Ds", "last", d => d.unsqueeze(2)); // (K, R, 1, P)
        var sequences = CrossScan(local.Permute(0, 2, 3, 1).Reshape(height, width, channels), skips.Shape[0]); // (K, L, C)
        var merged = CrossMerge(m.Scanned(sequences, skips), height, width); // (H, W, C)
        return m["out_proj"].Linear(m["out_norm"].LayerNorm(merged)).Reshape(x.Shape);
    }

    /// <summary><see cref="SelectiveScanSteps"/>: each direction's projections of its tokens, then the recurrence.</summary>
    private static OnnxValue Scanned(this OnnxModule m, OnnxValue sequences, OnnxValue skips)
    {
        var weight = m.Weight("x_proj_weight", "T", w => w.transpose(1, 2)); // (K, C, R + 2N)
        var heads = skips.Shape[1];
        var stateSize = (weight.Shape[2] - heads) / 2;

        var projected = sequences.MatMul(weight); // (K, L, R + 2N)
        var rawSteps = projected.Narrow(2, 0, heads);
        return OnnxStateSpaceDuality.Scan(
            sequences,
            (rawSteps + m.Weight("dt_projs_bias", "last", b => b.unsqueeze(1))).Softplus(), // (K, L, R)
            m.Weight("A_logs", "A", a => -a.exp().unsqueeze(2).unsqueeze(3)), // (K, R, 1, 1)
            projected.Narrow(2, heads, stateSize),
            projected.Narrow(2, heads + stateSize, stateSize),
            skips
        );
    }

    /// <summary><see cref="Model.StateSpace.CrossScan.Scan"/>, with a token's channels together: (H, W, C) to (K, L, C).</summary>
    private static OnnxValue CrossScan(OnnxValue map, long directions)
    {
        var (length, channels) = (map.Shape[0] * map.Shape[1], map.Shape[2]);
        var rows = map.Reshape(1, length, channels);
        if (directions == 1)
            return rows;
        var forward = OnnxValue.Cat(0, rows, map.Permute(1, 0, 2).Reshape(1, length, channels));
        return directions == 2 ? forward : OnnxValue.Cat(0, forward, forward.Flip(1));
    }

    /// <summary><see cref="Model.StateSpace.CrossScan.Merge"/>: (K, L, C) to (H, W, C).</summary>
    private static OnnxValue CrossMerge(OnnxValue sequences, long height, long width)
    {
        var channels = sequences.Shape[2];
        var both =
            sequences.Shape[0] == Model.StateSpace.CrossScan.Directions
                ? sequences.Narrow(0, 0, 2) + sequences.Narrow(0, 2, 2).Flip(1)
                : sequences; // (2, L, C)
        var rows = both.Narrow(0, 0, 1).Reshape(height, width, channels);
        if (both.Shape[0] == 1)
            return rows;
        var columns = both.Narrow(0, 1, 1).Reshape(width, height, channels);
        return rows + columns.Permute(1, 0, 2);
    }
}
