using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// A convolutional encoder in the ViT's place, for a wide picture around the image as GLNet's global branch has it (Chen et al. 2019): the short-range
/// branch's network, DeepLabv3 over ResNet-18, with weights of its own.
/// </summary>
/// <remarks>Input (B, Cin, h, w); output F_l (B, C, ⌈h/8⌉, ⌈w/8⌉). State names are the short-range branch's.</remarks>
public sealed class ConvolutionalContext : nn.Module<Tensor, Tensor>, ILongRangeEncoder
{
    /// <summary>Pixels along a position's side.</summary>
    internal const int Stride = 8;

    private readonly ResNet18 backbone;
    private readonly Aspp aspp;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">C.</param>
    /// <param name="width">Width of ResNet's first layer.</param>
    /// <param name="dilations">ASPP's three.</param>
    public ConvolutionalContext(long inChannels, long channels, long width, IReadOnlyList<int> dilations)
        : base(nameof(ConvolutionalContext))
    {
        backbone = new ResNet18(inChannels, width);
        aspp = new Aspp(8 * width, channels, dilations);
        RegisterComponents();
    }

    public nn.Module LastBlock => aspp.Bottleneck;

    long ILongRangeEncoder.EmbedStride => 2;

    // Three 3 x 3 convolutions in a row, the first of stride 2.
    long ILongRangeEncoder.EmbedHalo => 3;

    long ILongRangeEncoder.EmbedRows(long height) => (height + 1) / 2;

    public Tensor Embed(Tensor x) => backbone.Stem(x);

    public Tensor Deepen(Tensor owned, Action? blockDone = null)
    {
        using var features = backbone.Deepen(owned); // (B, 8·width, ⌈h/8⌉, ⌈w/8⌉)
        owned.Dispose();
        blockDone?.Invoke();
        return aspp.call(features);
    }

    public override Tensor forward(Tensor x) => Deepen(Embed(x));
}
