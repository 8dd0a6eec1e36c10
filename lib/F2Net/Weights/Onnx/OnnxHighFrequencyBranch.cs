using F2Net.Model.StateSpace;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="Model.StateSpace.HighFrequencyBranch"/> with the modules of VMamba, channel-last within.</summary>
internal static class OnnxHighFrequencyBranch
{
    /// <summary><see cref="Vssm.Embed"/>: (B, C, H, W) to (B, ⌈H/4⌉, ⌈W/4⌉, C0).</summary>
    internal static OnnxValue PatchEmbed(this OnnxModule m, OnnxValue x)
    {
        var half = m[2].LayerNorm(m[0].Conv(x, stride: 2, padding: 1).Permute(0, 2, 3, 1)).Gelu();
        return m[7].LayerNorm(m[5].Conv(half.Permute(0, 3, 1, 2), stride: 2, padding: 1).Permute(0, 2, 3, 1));
    }

    /// <summary><see cref="Vssm.Deepen"/>: all stages, channel-last.</summary>
    internal static OnnxValue Stages(this OnnxModule layers, OnnxValue x)
    {
        for (var i = 0; i < layers.Count; i++)
            x = layers[i].Stage(x);
        return x;
    }

    /// <summary><see cref="VssStage"/>.</summary>
    private static OnnxValue Stage(this OnnxModule m, OnnxValue x)
    {
        for (var j = 0; j < m["blocks"].Count; j++)
            x = m["blocks"][j].VssBlock(x);
        return m["downsample"].Count == 0 ? x : m["downsample"].Downsample(x);
    }

    /// <summary><see cref="Model.StateSpace.VssBlock"/>, where nothing is dropped.</summary>
    private static OnnxValue VssBlock(this OnnxModule m, OnnxValue x)
    {
        var mixed = x + m["op"].SelectiveScan2d(m["norm"].LayerNorm(x));
        return mixed + m["mlp"].Mlp(m["norm2"].LayerNorm(mixed)); // (B, H, W, C)
    }

    /// <summary><see cref="Model.StateSpace.Mlp"/>.</summary>
    private static OnnxValue Mlp(this OnnxModule m, OnnxValue x) => m["fc2"].Linear(m["fc1"].Linear(x).Gelu());

    /// <summary><see cref="Model.StateSpace.Downsample"/>.</summary>
    private static OnnxValue Downsample(this OnnxModule m, OnnxValue x) =>
        m[3].LayerNorm(m[1].Conv(x.Permute(0, 3, 1, 2), stride: 2, padding: 1).Permute(0, 2, 3, 1));
}
