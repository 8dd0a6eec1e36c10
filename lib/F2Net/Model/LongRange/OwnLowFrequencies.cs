using F2Net.Model.Strips;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>The paper's way: the long-range branch sees the image's own low frequencies, so its tokens grow with the image.</summary>
/// <param name="scale">By which the map is resized first; 1/2 in the paper.</param>
public sealed class OwnLowFrequencies(double scale) : ILongRangeView
{
    public Tensor Input(Tensor image, Tensor low, LongRangeContext? context) => Resize.By(low, scale);

    IStripReader ILongRangeView.Patches(ILongRangeEncoder branch, long height, long width, DisposeScope owner) =>
        new LocalMap(
            strip => strip.Frequencies.Low,
            low => branch.Embed(Resize.By(low, scale)),
            (long)(branch.EmbedStride / scale),
            branch.EmbedHalo,
            rows: branch.EmbedRows((long)(height * scale)),
            owner
        );

    public Tensor Place(Tensor features, LongRangeContext? context, long height, long width, (long Height, long Width) image) =>
        features.alias();
}
