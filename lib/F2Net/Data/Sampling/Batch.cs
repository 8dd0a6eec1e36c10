using F2Net.Data.Pictures;
using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Data.Sampling;

/// <summary>What one training crop is: where it is cut, how it is laid, how its colours change.</summary>
/// <param name="Window">In the sample's picture, before it is flipped and turned.</param>
/// <param name="Context">The square around it that its context shows; null without one.</param>
public sealed record Crop(Sample Sample, PixelWindow Window, Orientation Orientation, ColourJitter Jitter, PixelWindow? Context);

/// <summary>A training batch; it owns its tensors, whatever dispose scope it is drawn in.</summary>
/// <param name="Image">(B, 3, S, S), float32, normalised by <see cref="ImageTensor"/>.</param>
/// <param name="Mask">(B, S, S), int64, class ids.</param>
/// <param name="Context">One for each image, (B, 3, h, h), or null.</param>
/// <param name="Crops">Where the B images come from.</param>
public sealed record Batch(Tensor Image, Tensor Mask, LongRangeContext? Context, IReadOnlyList<Crop> Crops) : IDisposable
{
    public void Dispose()
    {
        Image.Dispose();
        Mask.Dispose();
        Context?.Image.Dispose();
    }
}
