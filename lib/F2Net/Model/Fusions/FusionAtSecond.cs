using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>Another fusion with its inputs exchanged: for a second map that is the finer one, so that nothing of it is lost.</summary>
/// <remarks>Inputs (B, Ca, h, w) and (B, Cb, h', w'), the first resized; output (B, Cout, h', w').</remarks>
public sealed class FusionAtSecond : nn.Module<Tensor, Tensor, Tensor>, IFeatureFusion
{
    private readonly IFeatureFusion exchanged;

    /// <param name="exchanged">A fusion of (B, Cb, ·, ·) with (B, Ca, ·, ·).</param>
    public FusionAtSecond(IFeatureFusion exchanged)
        : base(nameof(FusionAtSecond))
    {
        this.exchanged = exchanged;
        RegisterComponents();
    }

    public override Tensor forward(Tensor a, Tensor b) => exchanged.call(b, a);
}
