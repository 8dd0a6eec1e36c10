using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Logits;
using F2Net.Model.Decompositions;
using F2Net.Model.Strips;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model.Heads;

/// <summary>
/// A head at full resolution: what each pixel's own frequencies say is added to the enlarged coarse and fine features before the ReLU and
/// the classifier. Context and colour decide together: a dark pixel amid land is a lake, amid ocean it is ocean, and never land because
/// a shore is near, as it is where logits of stride 4 or 16 are enlarged.
/// </summary>
/// <remarks>
/// Inputs (B, Cin, h, w) and fine (B, Cf, h', w') at stride 4 of the image; called, it returns their sum (B, C, h', w'), to which
/// <see cref="Logits"/> adds the pixels.
/// </remarks>
public sealed class PixelHead : SegmentationHead
{
    private readonly Conv2d low,
        high;

    [ComponentName(Name = "pixel")]
    private readonly BatchNorm2d pixelNorm;

    /// <param name="inChannels">Cin.</param>
    /// <param name="fineChannels">Cf.</param>
    /// <param name="pixelChannels">Channels of X_low and X_high.</param>
    /// <param name="channels">C, the width before the classifier.</param>
    public PixelHead(long inChannels, long fineChannels, long pixelChannels, long channels, long classes)
        : base(nameof(PixelHead), inChannels, fineChannels, channels)
    {
        low = nn.Conv2d(pixelChannels, channels, 1, bias: false);
        high = nn.Conv2d(pixelChannels, channels, 1, bias: false);
        pixelNorm = nn.BatchNorm2d(channels);
        Complete(classes);
    }

    public override bool ReadsPixels => true;

    public override Tensor forward(HeadInput input)
    {
        using var scope = NewDisposeScope();
        return Context(input).MoveToOuterDisposeScope();
    }

    public override Tensor Logits(Tensor said, RowRange range, Frequencies? pixels)
    {
        using var scope = NewDisposeScope();
        var own = pixelNorm.call(ConvolutionLayer.Apply(low, pixels!.Value.Below()) + ConvolutionLayer.Apply(high, pixels.Value.High)); // (B, C, rows, W)
        var context = range.Rows == range.Height ? said : Resize.RowsTo(said, range); // enlarged by the classifier, both ways or not at all
        return PixelClassifier.Apply(context, own, classifier.weight, classifier.bias!).MoveToOuterDisposeScope(); // (B, classes, rows, W)
    }
}
