namespace F2Net.Model.Heads;

/// <summary>
/// A head for sharp boundaries: the paper's, with a projection of the fine features added to the enlarged coarse ones before
/// the ReLU and the classifier.
/// </summary>
/// <remarks>Inputs (B, Cin, h, w) and fine (B, Cf, h', w') at stride 4 of the image; output (B, classes, h', w').</remarks>
public sealed class FineHead : SegmentationHead
{
    /// <param name="inChannels">Cin.</param>
    /// <param name="fineChannels">Cf.</param>
    /// <param name="channels">Width before the classifier.</param>
    public FineHead(long inChannels, long fineChannels, long channels, long classes)
        : base(nameof(FineHead), inChannels, fineChannels, channels) => Complete(classes);
}
