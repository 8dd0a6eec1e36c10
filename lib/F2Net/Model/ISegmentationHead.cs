using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>What a head may read.</summary>
/// <param name="Fused">F, (B, C, h, w).</param>
/// <param name="Fine">(B, Cf, h', w') at stride 4 of the image.</param>
/// <param name="Kept">What the head's <see cref="ISegmentationHead.Keep"/> kept.</param>
public sealed record HeadInput(Tensor Fused, Tensor Fine, Tensor? Kept);

/// <summary>Turns the fused features, and finer ones for a head that reads them, into logits.</summary>
/// <remarks>Output (B, classes, ·, ·) at a size of the head's choice, which the network resizes to the image's.</remarks>
public interface ISegmentationHead : nn.IModule<HeadInput, Tensor>
{
    /// <summary>
    /// What the head wants of X_low and X_high (B, C, H, W), which are gone by the time it runs: the largest maps of a whole image. Null for nothing.
    /// </summary>
    Tensor? Keep(Tensor xLow, Tensor xHigh);
}
