using F2Net.Model.Decompositions;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Model.Heads;

/// <summary>What a head may read of the features.</summary>
/// <param name="Fused">F, (B, C, h, w).</param>
/// <param name="Fine">(B, Cf, h', w') at stride 4 of the image; null where the head does not read it or no branch makes it.</param>
public sealed record HeadInput(Tensor Fused, Tensor? Fine);

/// <summary>Turns the fused features, and finer ones for a head that reads them, into logits.</summary>
/// <remarks>
/// Called, it returns (B, ·, ·, ·) at a size of its choice; from this <see cref="Logits"/> makes logits at the image's size, all rows or some.
/// </remarks>
public interface ISegmentationHead : nn.IModule<HeadInput, Tensor>
{
    /// <summary>Whether it reads <see cref="HeadInput.Fine"/>.</summary>
    bool ReadsFine { get; }

    /// <summary>Whether <see cref="Logits"/> reads each pixel's own frequencies.</summary>
    bool ReadsPixels { get; }

    /// <param name="said">What the head returned.</param>
    /// <param name="range">Which rows of the image.</param>
    /// <param name="pixels">The image's frequencies in these rows, (B, C, rows, W); null for a head that does not read them.</param>
    /// <returns>(B, classes, rows, W).</returns>
    Tensor Logits(Tensor said, RowRange range, Frequencies? pixels);
}
