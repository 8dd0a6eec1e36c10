using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.ShortRange;

/// <summary>The short-range low-frequency branch: DeepLabv3 over ResNet-18.</summary>
/// <remarks>Input (B, Cin, h, w); output F_s (B, C, ⌈h/8⌉, ⌈w/8⌉).</remarks>
public class ShortRangeBranch : nn.Module<Tensor, Tensor>
{
    // Seen from derived classes: a module finds its parts among the fields that its own type sees.
    private protected readonly ResNet18 backbone;
    private protected readonly Aspp aspp;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">C.</param>
    /// <param name="width">Width of ResNet's first layer.</param>
    /// <param name="dilations">ASPP's; the paper's when null.</param>
    /// <param name="poolWindow">ASPP's, in positions of F_s; the whole map (the paper) when null.</param>
    public ShortRangeBranch(
        long inChannels = 32,
        long channels = 128,
        long width = 64,
        IReadOnlyList<int>? dilations = null,
        long? poolWindow = null
    )
        : base(nameof(ShortRangeBranch))
    {
        backbone = new ResNet18(inChannels, width);
        aspp = new Aspp(8 * width, channels, dilations, poolWindow);
        RegisterComponents();
    }

    /// <summary>The last convolution with its norm, whose parameters CFBL balances by default.</summary>
    public Sequential LastBlock => aspp.Bottleneck;

    /// <summary>The part before the first pooling, which is local: (B, Cin, h, w) to (B, width, ⌈h/2⌉, ⌈w/2⌉).</summary>
    public Tensor Stem(Tensor x) => backbone.Stem(x);

    /// <summary>What <see cref="Stem"/> returned to F_s.</summary>
    public Tensor Deepen(Tensor stemmed)
    {
        using var features = backbone.Deepen(stemmed); // (B, 8·width, ⌈h/8⌉, ⌈w/8⌉)
        return aspp.call(features);
    }

    public override Tensor forward(Tensor x)
    {
        using var stemmed = Stem(x);
        return Deepen(stemmed);
    }
}
