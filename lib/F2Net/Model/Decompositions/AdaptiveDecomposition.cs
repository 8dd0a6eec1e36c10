using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// What the decompositions with learned low-pass kernels have in common: the projection, and the generators that predict a kernel per pixel
/// and channel group from it (Eq. 2-4). Derived classes say what the kernels leave over.
/// </summary>
/// <remarks>A kernel's weights are positive and sum to one; the padding is zero, so at the border the weights inside the image sum to less.</remarks>
public abstract class AdaptiveDecomposition : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private protected readonly Conv2d proj;
    private protected readonly ModuleList<Conv2d> filter_gen;
    private protected readonly long groups,
        kernelSize;

    /// <param name="inChannels">Cin.</param>
    /// <param name="embedChannels">C, a multiple of <paramref name="groups"/>.</param>
    /// <param name="groups">How many groups of consecutive channels share a kernel each.</param>
    /// <param name="kernelSize">Side of the predicted low-pass kernels, odd.</param>
    /// <exception cref="ArgumentException">C is not a multiple of the groups, or the kernel's side is even.</exception>
    private protected AdaptiveDecomposition(string name, long inChannels, long embedChannels, long groups, long kernelSize)
        : base(name)
    {
        if (embedChannels % groups != 0)
            throw new ArgumentException($"embedChannels ({embedChannels}) must be a multiple of groups ({groups}).", nameof(groups));
        if (kernelSize % 2 == 0)
            throw new ArgumentException($"kernelSize ({kernelSize}) must be odd.", nameof(kernelSize));

        this.groups = groups;
        this.kernelSize = kernelSize;
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        filter_gen = Generators(embedChannels);
    }

    public abstract long? Reach(long height);

    /// <summary>The predicted low-pass kernels, to look at: (B, Cin, H, W) to (B, groups, k·k, H, W), positive, each summing to one.</summary>
    public Tensor Kernels(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Joined(filter_gen);
        var responses = nn.functional.conv2d(ConvolutionLayer.Apply(proj, image), weight, bias, padding: [1, 1], groups: groups);
        var (batch, height, width) = (responses.shape[0], responses.shape[2], responses.shape[3]);
        return responses.view(batch, groups, -1, height, width).softmax(2).MoveToOuterDisposeScope(); // Eq. 4
    }

    /// <summary>How many rows a low-pass reads up and down: the generators reach one, whatever the kernels they predict.</summary>
    private protected long FilterReach => Math.Max(1, kernelSize / 2);

    // The generators' own kernels are always 3x3, whatever the side of the kernels they predict.
    private protected ModuleList<Conv2d> Generators(long channels) =>
        nn.ModuleList(
            Enumerable.Range(0, (int)groups).Select(_ => nn.Conv2d(channels / groups, kernelSize * kernelSize, 3, padding: 1L)).ToArray()
        );

    /// <summary>The groups' generators as one grouped convolution: (groups·k·k, C / groups, 3, 3) and (groups·k·k).</summary>
    private protected static (Tensor Weight, Tensor Bias) Joined(ModuleList<Conv2d> generators) =>
        (cat(generators.Select(g => (Tensor)g.weight).ToArray()), cat(generators.Select(g => (Tensor)g.bias!).ToArray()));
}
