using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// Noise in the place of both bands: a network that is broken on purpose, by which a comparison of variants shows that it can tell
/// a broken one from a good one.
/// </summary>
/// <remarks>
/// Input (B, 3, H, W), of which only the size counts; outputs low and high (B, C, H, W), Gaussian of mean 0 and variance 1, the same for every
/// image and every call of a size, and independent of torch's own generator. No parameters.
/// </remarks>
public sealed class NoiseDecomposition : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private const ulong Seed = 1;
    private readonly long channels;

    /// <param name="channels">C.</param>
    public NoiseDecomposition(long channels = 32)
        : base(nameof(NoiseDecomposition))
    {
        this.channels = channels;
        RegisterComponents();
    }

    // A strip does not say where it lies.
    public long? Reach(long height) => null;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        var (batch, height, width) = (image.shape[0], image.shape[2], image.shape[3]);
        Tensor Noise() =>
            randn([1, channels, height, width], dtype: image.dtype, device: CPU, generator: generator)
                .to(image.device)
                .expand(batch, channels, height, width);
        return new Frequencies(Noise(), Noise()).MoveToOuterDisposeScope();
    }
}
