using F2Net.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// Adaptive frequency decomposition (AFD, Eq. 2-7): a low-pass kernel per pixel and channel group, predicted from the
/// projected image; the high frequencies are what it leaves over.
/// </summary>
/// <remarks>
/// Input (B, Cin, H, W), outputs low and high (B, C, H, W) with low + high = projection. A kernel's weights are positive and
/// sum to one; the padding is zero, so at the border the weights inside the image sum to less than one.
/// </remarks>
public sealed class AdaptiveFrequencyDecomposition : nn.Module<Tensor, (Tensor Low, Tensor High)>, IFrequencyDecomposition
{
    private readonly Conv2d proj;
    private readonly ModuleList<Conv2d> filter_gen;
    private readonly long groups,
        kernelSize;

    /// <param name="inChannels">Cin.</param>
    /// <param name="embedChannels">C, a multiple of <paramref name="groups"/>.</param>
    /// <param name="groups">How many groups of consecutive channels share a kernel each.</param>
    /// <param name="kernelSize">Side of the predicted low-pass kernels, odd.</param>
    /// <exception cref="ArgumentException">C is not a multiple of the groups, or the kernel's side is even.</exception>
    public AdaptiveFrequencyDecomposition(long inChannels = 3, long embedChannels = 32, long groups = 8, long kernelSize = 3)
        : base(nameof(AdaptiveFrequencyDecomposition))
    {
        if (embedChannels % groups != 0)
            throw new ArgumentException($"embedChannels ({embedChannels}) must be a multiple of groups ({groups}).", nameof(groups));
        if (kernelSize % 2 == 0)
            throw new ArgumentException($"kernelSize ({kernelSize}) must be odd.", nameof(kernelSize));

        this.groups = groups;
        this.kernelSize = kernelSize;
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        // The generators' own kernels are always 3x3, whatever the side of the kernels they predict.
        filter_gen = nn.ModuleList(
            Enumerable
                .Range(0, (int)groups)
                .Select(_ => nn.Conv2d(embedChannels / groups, kernelSize * kernelSize, 3, padding: 1L))
                .ToArray()
        );
        RegisterComponents();
    }

    // The generators reach one row, whatever the kernels they predict.
    public long? Reach(long height) => Math.Max(1, kernelSize / 2);

    public override (Tensor Low, Tensor High) forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Generators();
        var (low, high) = AdaptiveLowPass.Split(image, proj.weight, proj.bias!, weight, bias, groups); // Eq. 3-5, 7
        return scope.MoveToOuter(low, high);
    }

    /// <summary>The predicted low-pass kernels, to look at: (B, Cin, H, W) to (B, groups, k·k, H, W), positive, each summing to one.</summary>
    public Tensor Kernels(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Generators();
        var responses = nn.functional.conv2d(proj.call(image), weight, bias, padding: [1, 1], groups: groups);
        var (batch, height, width) = (responses.shape[0], responses.shape[2], responses.shape[3]);
        return responses.view(batch, groups, -1, height, width).softmax(2).MoveToOuterDisposeScope(); // Eq. 4
    }

    // The groups' generators as one grouped convolution: (groups·k·k, C / groups, 3, 3) and (groups·k·k).
    private (Tensor Weight, Tensor Bias) Generators() =>
        (cat(filter_gen.Select(g => (Tensor)g.weight).ToArray()), cat(filter_gen.Select(g => (Tensor)g.bias!).ToArray()));
}
