using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>The paper's head: a 3 x 3 convolution with norm and ReLU, then a 1 x 1 convolution to the classes, all at the fused features' size.</summary>
/// <remarks>Input (B, Cin, h, w); output (B, classes, h, w).</remarks>
public sealed class CoarseHead : nn.Module<HeadInput, Tensor>, ISegmentationHead
{
    [ComponentName(Name = "0")]
    private readonly Conv2d conv;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;

    [ComponentName(Name = "3")]
    private readonly Conv2d classifier;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">Width between the two convolutions.</param>
    public CoarseHead(long inChannels, long channels, long classes)
        : base(nameof(CoarseHead))
    {
        conv = nn.Conv2d(inChannels, channels, 3, padding: 1L, bias: false);
        norm = nn.BatchNorm2d(channels);
        classifier = nn.Conv2d(channels, classes, 1);
        RegisterComponents();
    }

    public Tensor? Keep(Tensor xLow, Tensor xHigh) => null;

    public override Tensor forward(HeadInput input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(norm.call(conv.call(input.Fused)).relu()).MoveToOuterDisposeScope();
    }
}
