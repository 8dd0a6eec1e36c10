using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>Fuses two feature maps into one that has the first one's height and width.</summary>
/// <remarks>Inputs (B, Ca, h, w) and (B, Cb, h', w'); output (B, Cout, h, w).</remarks>
public interface IFeatureFusion : nn.IModule<Tensor, Tensor, Tensor>;
