using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// Projects an image to the embedding channels and splits the projection into its low and its high frequencies, and perhaps a band between.
/// </summary>
/// <remarks>
/// Input (B, 3, H, W); every band (B, C, H, W). The bands add up to the projection, except with <see cref="UndividedFrequencies"/>,
/// <see cref="AllOnesFrequencyDecomposition"/> and <see cref="NoiseDecomposition"/>.
/// </remarks>
public interface IFrequencyDecomposition : nn.IModule<Tensor, Frequencies>
{
    /// <summary>
    /// How many rows up and down a row of the outputs depends on, when strips of an image of this height begin at even rows and end at even ones
    /// or with the image; null where it depends on all of them.
    /// </summary>
    long? Reach(long height);
}
