using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// Projects an image to the embedding channels and splits the projection into its low and its high frequencies.
/// </summary>
/// <remarks>
/// Input (B, 3, H, W); both outputs (B, C, H, W). With every decomposition except <see cref="UndividedFrequencies"/>
/// low + high is the projection.
/// </remarks>
public interface IFrequencyDecomposition : nn.IModule<Tensor, (Tensor Low, Tensor High)>
{
    /// <summary>
    /// How many rows up and down a row of the outputs depends on, when strips of an image of this height begin at even rows and end at even ones
    /// or with the image; null where it depends on all of them.
    /// </summary>
    long? Reach(long height);
}
