using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// What a pixel's own frequencies say of its class, at full resolution: added to a head's resized logits, it draws the boundaries
/// that a head at stride 4 or 16 can only place in blocks, and leaves the context to the head.
/// </summary>
/// <remarks>Inputs X_low and X_high (B, C, H, W); output logits (B, classes, H, W).</remarks>
public sealed class PixelClassifier : nn.Module<Tensor, Tensor, Tensor>
{
    // Without gradients so many rows go at once: the features of a whole image would be its largest maps.
    private const long StripRows = 256;

    private readonly Conv2d low,
        high,
        classifier;
    private readonly BatchNorm2d norm;

    /// <param name="inChannels">C.</param>
    /// <param name="channels">Width between the projections and the classifier.</param>
    public PixelClassifier(long inChannels, long channels, long classes)
        : base(nameof(PixelClassifier))
    {
        low = nn.Conv2d(inChannels, channels, 1, bias: false);
        high = nn.Conv2d(inChannels, channels, 1, bias: false);
        norm = nn.BatchNorm2d(channels);
        classifier = nn.Conv2d(channels, classes, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor xLow, Tensor xHigh)
    {
        using var scope = NewDisposeScope();
        if (training || is_grad_enabled())
            return Classify(xLow, xHigh).MoveToOuterDisposeScope();

        var strips = new List<Tensor>();
        for (var top = 0L; top < xLow.shape[2]; top += StripRows)
        {
            using var strip = NewDisposeScope();
            var rows = Math.Min(StripRows, xLow.shape[2] - top);
            strips.Add(Classify(xLow.narrow(2, top, rows), xHigh.narrow(2, top, rows)).MoveToOuterDisposeScope());
        }
        return cat(strips, 2).MoveToOuterDisposeScope();
    }

    private Tensor Classify(Tensor xLow, Tensor xHigh) => classifier.call(norm.call(low.call(xLow) + high.call(xHigh)).relu()); // (B, classes, H, W)
}
