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

    public override (Tensor Low, Tensor High) forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var x = proj.call(image); // (B, C, H, W)
        var lows = x.chunk(groups, 1).Select((group, n) => LowPass(group, filter_gen[n])).ToArray();
        var low = cat(lows, 1); // (B, C, H, W)
        var high = x - low; // Eq. 7   (B, C, H, W)
        return scope.MoveToOuter(low, high);
    }

    /// <summary>The kernels of one group: (B, Cin, H, W) -> (B, k·k, H, W), positive, summing to one over dimension 1.</summary>
    internal static Tensor Kernels(Tensor group, Conv2d generator)
    {
        using var response = generator.call(group);
        return response.softmax(1); // Eq. 4   (B, k·k, H, W)
    }

    private Tensor LowPass(Tensor group, Conv2d generator)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (group.shape[2], group.shape[3]);
        var reach = kernelSize / 2;
        var weights = Kernels(group, generator); // (B, k·k, H, W)
        var padded = nn.functional.pad(group, [reach, reach, reach, reach]);
        Tensor? low = null;
        for (var tap = 0L; tap < kernelSize * kernelSize; tap++)
        {
            using var neighbours = padded.narrow(2, tap / kernelSize, height).narrow(3, tap % kernelSize, width);
            using var term = weights.narrow(1, tap, 1) * neighbours; // Eq. 5   (B, C / groups, H, W)
            low = low is null ? term.alias() : low.add_(term);
        }
        return low!.MoveToOuterDisposeScope();
    }
}
