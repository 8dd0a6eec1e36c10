using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>
/// A head for sharp boundaries: the paper's, with a projection of the fine features added to the enlarged coarse ones before
/// the ReLU and the classifier.
/// </summary>
/// <remarks>Inputs (B, Cin, h, w) and fine (B, Cf, h', w') at stride 4 of the image; output (B, classes, h', w').</remarks>
public sealed class FineHead : nn.Module<HeadInput, Tensor>, ISegmentationHead
{
    [ComponentName(Name = "0")]
    private readonly Conv2d conv;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;

    [ComponentName(Name = "3")]
    private readonly Conv2d classifier;

    [ComponentName(Name = "fine")]
    private readonly Sequential fineProjection;

    /// <param name="inChannels">Cin.</param>
    /// <param name="fineChannels">Cf.</param>
    /// <param name="channels">Width before the classifier.</param>
    public FineHead(long inChannels, long fineChannels, long channels, long classes)
        : base(nameof(FineHead))
    {
        conv = nn.Conv2d(inChannels, channels, 3, padding: 1L, bias: false);
        norm = nn.BatchNorm2d(channels);
        fineProjection = nn.Sequential(nn.Conv2d(fineChannels, channels, 1, bias: false), nn.BatchNorm2d(channels));
        classifier = nn.Conv2d(channels, classes, 1);
        RegisterComponents();
    }

    public Tensor? Keep(Tensor xLow, Tensor xHigh) => null;

    public override Tensor forward(HeadInput input)
    {
        using var scope = NewDisposeScope();
        var (fused, fine, _) = input;
        var coarse = Resize.To(norm.call(conv.call(fused)), fine.shape[2], fine.shape[3]); // (B, C, h', w')
        return classifier.call((coarse + fineProjection.call(fine)).relu()).MoveToOuterDisposeScope();
    }
}
