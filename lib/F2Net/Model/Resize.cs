using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Bilinear resizing with half-pixel centres and without antialiasing, as every part of F2Net does it.</summary>
/// <remarks>The result is always a new tensor to dispose of, even where nothing had to be resized.</remarks>
internal static class Resize
{
    /// <param name="x">(B, C, h, w).</param>
    public static Tensor To(Tensor x, long height, long width) =>
        x.shape[2] == height && x.shape[3] == width
            ? x.alias()
            : nn.functional.interpolate(x, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <param name="x">(B, C, h, w).</param>
    /// <param name="scale">At most 1; the result has floor(h · scale) rows and floor(w · scale) columns.</param>
    public static Tensor By(Tensor x, double scale) =>
        scale == 1
            ? x.alias()
            : nn.functional.interpolate(x, scale_factor: [scale, scale], mode: InterpolationMode.Bilinear, align_corners: false);
}
