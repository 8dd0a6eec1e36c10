using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// A head at full resolution: what each pixel's own frequencies say is added to the enlarged coarse and fine features before the ReLU and
/// the classifier. Context and colour decide together: a dark pixel amid land is a lake, amid ocean it is ocean, and never land because
/// a shore is near, as it is where logits of stride 4 or 16 are enlarged.
/// </summary>
/// <remarks>Inputs (B, Cin, h, w) and fine (B, Cf, h', w') at stride 4 of the image; output (B, classes, H, W).</remarks>
public sealed class PixelHead : nn.Module<HeadInput, Tensor>, ISegmentationHead
{
    [ComponentName(Name = "0")]
    private readonly Conv2d conv;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;

    [ComponentName(Name = "3")]
    private readonly Conv2d classifier;

    [ComponentName(Name = "fine")]
    private readonly Sequential fineProjection;

    private readonly Conv2d low,
        high;

    [ComponentName(Name = "pixel")]
    private readonly BatchNorm2d pixelNorm;

    /// <param name="inChannels">Cin.</param>
    /// <param name="fineChannels">Cf.</param>
    /// <param name="pixelChannels">Channels of X_low and X_high.</param>
    /// <param name="channels">Width before the classifier; a whole image's maps of so many channels are kept.</param>
    public PixelHead(long inChannels, long fineChannels, long pixelChannels, long channels, long classes)
        : base(nameof(PixelHead))
    {
        conv = nn.Conv2d(inChannels, channels, 3, padding: 1L, bias: false);
        norm = nn.BatchNorm2d(channels);
        fineProjection = nn.Sequential(nn.Conv2d(fineChannels, channels, 1, bias: false), nn.BatchNorm2d(channels));
        low = nn.Conv2d(pixelChannels, channels, 1, bias: false);
        high = nn.Conv2d(pixelChannels, channels, 1, bias: false);
        pixelNorm = nn.BatchNorm2d(channels);
        classifier = nn.Conv2d(channels, classes, 1);
        RegisterComponents();
    }

    public Tensor? Keep(Tensor xLow, Tensor xHigh)
    {
        using var scope = NewDisposeScope();
        if (is_grad_enabled())
            return Project(xLow, xHigh).MoveToOuterDisposeScope();

        var (batch, height, width) = (xLow.shape[0], xLow.shape[2], xLow.shape[3]);
        var pixels = empty([batch, low.out_channels, height, width], dtype: xLow.dtype, device: xLow.device);
        Strips.Fill([pixels], (top, rows) => [Project(xLow.narrow(2, top, rows), xHigh.narrow(2, top, rows))]);
        return pixels.MoveToOuterDisposeScope(); // (B, C, H, W)
    }

    public override Tensor forward(HeadInput input)
    {
        using var scope = NewDisposeScope();
        var (fused, fine, kept) = input;
        var (batch, height, width) = (kept!.shape[0], kept.shape[2], kept.shape[3]);
        var context = Resize.To(norm.call(conv.call(fused)), fine.shape[2], fine.shape[3]) + fineProjection.call(fine); // (B, C, h', w')
        if (is_grad_enabled())
            return Classify(Resize.To(context, height, width), kept).MoveToOuterDisposeScope();

        var logits = empty([batch, classifier.out_channels, height, width], dtype: kept.dtype, device: kept.device);
        Strips.Fill([logits], (top, rows) => [Classify(Resize.RowsTo(context, height, width, top, rows), kept.narrow(2, top, rows))]);
        return logits.MoveToOuterDisposeScope(); // (B, classes, H, W)
    }

    private Tensor Project(Tensor xLow, Tensor xHigh) => pixelNorm.call(low.call(xLow) + high.call(xHigh));

    private Tensor Classify(Tensor context, Tensor pixels) => classifier.call((context + pixels).relu());
}
