using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Turns the fused features, and the fine ones for a head that reads them, into logits.</summary>
/// <remarks>
/// Inputs: fused (B, C, h, w) and fine (B, Cf, h', w'), the latter at stride 4 of the image; output (B, classes, ·, ·) at a
/// size of the head's choice, which the network resizes to the image's.
/// </remarks>
public interface ISegmentationHead : nn.IModule<Tensor, Tensor, Tensor>
{
    /// <summary>Whether the fine features are read at all; if not, anything may be passed for them.</summary>
    bool ReadsFineFeatures { get; }
}
