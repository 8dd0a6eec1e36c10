using F2Net.Model.Strips;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>What the long-range branch looks at, and how its features come back to where the image lies.</summary>
internal interface ILongRangeView
{
    /// <param name="image">(B, 3, H, W).</param>
    /// <param name="low">The image's low frequencies, (B, C, H, W).</param>
    /// <param name="context">Given with the image; may be null.</param>
    /// <returns>The branch's input, (B, C, h, w).</returns>
    Tensor Input(Tensor image, Tensor low, LongRangeContext? context);

    /// <summary>Makes of strips what the branch's <see cref="ILongRangeEncoder.Embed"/> makes of <see cref="Input"/>, without a context.</summary>
    /// <param name="owner">Frees what it makes.</param>
    IStripReader Patches(ILongRangeEncoder branch, long height, long width, DisposeScope owner);

    /// <param name="features">The branch's output for <see cref="Input"/>.</param>
    /// <param name="context">The one that <see cref="Input"/> was given.</param>
    /// <param name="image">The image's size: how many contexts it was seen in does not depend on the place.</param>
    /// <returns>F_l, (B, C, height, width) or, where nothing has to be cut out, at the features' own size.</returns>
    Tensor Place(Tensor features, LongRangeContext? context, long height, long width, (long Height, long Width) image);
}
