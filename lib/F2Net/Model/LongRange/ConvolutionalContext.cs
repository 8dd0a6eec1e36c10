using F2Net.Model.ShortRange;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>
/// A convolutional encoder in the ViT's place, for a wide picture around the image as GLNet's global branch has it (Chen et al. 2019): the short-range
/// branch's network, DeepLabv3 over ResNet-18, with weights of its own.
/// </summary>
/// <remarks>Input (B, Cin, h, w); output F_l (B, C, ⌈h/8⌉, ⌈w/8⌉). State names are the short-range branch's.</remarks>
/// <param name="inChannels">Cin.</param>
/// <param name="channels">C.</param>
/// <param name="width">Width of ResNet's first layer.</param>
/// <param name="dilations">ASPP's three.</param>
public sealed class ConvolutionalContext(long inChannels, long channels, long width, IReadOnlyList<int> dilations)
    : ShortRangeBranch(inChannels, channels, width, dilations),
        ILongRangeEncoder
{
    /// <summary>Pixels along a position's side.</summary>
    internal const int Stride = 8;

    nn.Module ILongRangeEncoder.LastBlock => LastBlock;

    long ILongRangeEncoder.EmbedStride => 2;

    // Three 3 x 3 convolutions in a row, the first of stride 2.
    long ILongRangeEncoder.EmbedHalo => 3;

    long ILongRangeEncoder.EmbedRows(long height) => (height + 1) / 2;

    Tensor ILongRangeEncoder.Embed(Tensor x) => Stem(x);

    Tensor ILongRangeEncoder.Deepen(Tensor owned, Action? blockDone)
    {
        using (owned)
        {
            var features = Deepen(owned);
            blockDone?.Invoke();
            return features;
        }
    }
}
