namespace F2Net.Weights.Import;

/// <summary>
/// VMamba-Tiny-M2 for the high-frequency branch: the names of VMamba's own checkpoints are the branch's, except for the classifier, which is left, and
/// the norms that its detectors put on each stage's output.
/// </summary>
internal sealed class VMambaSource : WeightSource
{
    public override string Name => "VMamba-Tiny-M2";

    public override string Target => "high.vssm.";

    public override string Landmark => "layers.0.blocks.0.op.x_proj_weight";

    public override Placement? Place(string name, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (name.StartsWith("classifier.", StringComparison.Ordinal))
            return Placement.LeftBecause("the classifier of ImageNet, with the norm before it");
        if (name.StartsWith("outnorm", StringComparison.Ordinal))
            return Placement.LeftBecause("norms of a detector on the stages' outputs");
        return new(Target + name, Adapt: name == "patch_embed.0.weight" ? Adaptation.InputChannels : null);
    }
}
