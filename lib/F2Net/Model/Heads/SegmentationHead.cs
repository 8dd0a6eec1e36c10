using F2Net.Kernels.Convolutions;
using F2Net.Model.Decompositions;
using F2Net.Model.Strips;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model.Heads;

/// <summary>
/// What the heads have in common: a 3 x 3 convolution of the fused features with its norm, a projection of the fine features added to them by a head
/// that reads these, a ReLU and a classifier.
/// </summary>
/// <remarks>Returns logits at the fused features' size, or at the fine ones'; a derived head may say more.</remarks>
public abstract class SegmentationHead : nn.Module<HeadInput, Tensor>, ISegmentationHead
{
    [ComponentName(Name = "0")]
    private protected readonly Conv2d conv;

    [ComponentName(Name = "1")]
    private protected readonly BatchNorm2d norm;

    [ComponentName(Name = "fine")]
    private protected readonly Sequential? fineProjection;

    [ComponentName(Name = "3")]
    private protected Conv2d classifier = null!;

    /// <param name="inChannels">Of the fused features.</param>
    /// <param name="fineChannels">Of the fine features; null for a head that does not read them.</param>
    /// <param name="channels">Width before the classifier.</param>
    private protected SegmentationHead(string name, long inChannels, long? fineChannels, long channels)
        : base(name)
    {
        conv = nn.Conv2d(inChannels, channels, 3, padding: 1L, bias: false);
        norm = nn.BatchNorm2d(channels);
        if (fineChannels is { } fine)
            fineProjection = nn.Sequential(nn.Conv2d(fine, channels, 1, bias: false), nn.BatchNorm2d(channels));
    }

    public bool ReadsFine => fineProjection is not null;

    public virtual bool ReadsPixels => false;

    public override Tensor forward(HeadInput input)
    {
        using var scope = NewDisposeScope();
        return Classify(Context(input)).MoveToOuterDisposeScope();
    }

    public virtual Tensor Logits(Tensor said, RowRange range, Frequencies? pixels) => Resize.RowsTo(said, range);

    /// <summary>Makes the classifier, a head's last part, so that a seed gives it the same weights whatever it is made of.</summary>
    private protected void Complete(long classes)
    {
        classifier = nn.Conv2d(conv.out_channels, classes, 1);
        RegisterComponents();
    }

    private protected Tensor Context(HeadInput input)
    {
        var coarse = NormedConvolution.Call(conv, norm, input.Fused, relu: false); // (B, C, h, w)
        return fineProjection is null
            ? coarse
            : Resize.To(coarse, input.Fine!.shape[2], input.Fine.shape[3])
                + NormedConvolution.Call(fineProjection[0], fineProjection[1], input.Fine, relu: false); // (B, C, h', w')
    }

    private protected Tensor Classify(Tensor context) => ConvolutionLayer.Apply(classifier, context.relu());
}
