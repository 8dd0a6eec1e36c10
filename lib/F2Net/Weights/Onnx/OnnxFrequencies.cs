using F2Net.Model.Decompositions;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="Frequencies"/>: bands (B, C, H, W).</summary>
/// <param name="Mid">Null where an image is split in two.</param>
internal sealed record OnnxFrequencies(OnnxValue Low, OnnxValue High, OnnxValue? Mid = null)
{
    /// <summary>What the short-range branch reads.</summary>
    internal OnnxValue ShortRange => Mid ?? Low;

    /// <summary>All but X_high.</summary>
    internal OnnxValue Below => Mid is null ? Low : Low + Mid;
}
