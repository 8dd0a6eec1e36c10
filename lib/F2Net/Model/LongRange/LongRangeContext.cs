using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>
/// What the long-range branch looks at when it has a token budget: a wide picture around each image, already resized by area,
/// and where in it the image lies. With it, attention no longer grows with the image.
/// </summary>
/// <param name="Image">(B, 3, h, w), normalised as the image is; h, w at most the budget (256 pixels give 32 x 32 tokens).</param>
/// <param name="Windows">For each of the B images the place it takes in its context.</param>
public sealed record LongRangeContext(Tensor Image, IReadOnlyList<ContextWindow> Windows)
{
    /// <summary>
    /// What <see cref="F2NetModel.LongRangeFeatures"/> made of <see cref="Image"/>, for images that see one context one after the other; null where
    /// the network is to make it.
    /// </summary>
    public Tensor? Features { get; init; }
}

/// <summary>A rectangle as fractions of the context's height and width, each in [0, 1].</summary>
public readonly record struct ContextWindow(double Top, double Left, double Height, double Width)
{
    /// <summary>The whole context: what a whole image takes.</summary>
    public static ContextWindow Whole => new(0, 0, 1, 1);
}
