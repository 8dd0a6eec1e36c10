namespace F2Net.Model.Heads;

/// <summary>The paper's head: a 3 x 3 convolution with norm and ReLU, then a 1 x 1 convolution to the classes, all at the fused features' size.</summary>
/// <remarks>Input (B, Cin, h, w); output (B, classes, h, w).</remarks>
public sealed class CoarseHead : SegmentationHead
{
    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">Width between the two convolutions.</param>
    public CoarseHead(long inChannels, long channels, long classes)
        : base(nameof(CoarseHead), inChannels, fineChannels: null, channels) => Complete(classes);
}
