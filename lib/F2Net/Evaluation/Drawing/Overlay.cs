using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Drawing;

/// <summary>A picture under its classes' colours.</summary>
public static class Overlay
{
    /// <param name="opacity">Of the colours: 0 shows the picture alone, 1 the colours alone.</param>
    public static Picture Of(Picture picture, Mask mask, IReadOnlyList<Rgb> palette, double opacity = 0.4)
    {
        if ((picture.Width, picture.Height) != (mask.Width, mask.Height))
            throw new ArgumentException(
                $"A {mask.Width} x {mask.Height} mask does not lie on a {picture.Width} x {picture.Height} picture.",
                nameof(mask)
            );
        var colours = mask.Coloured(palette).Pixels;
        for (var i = 0; i < colours.Length; i++)
            colours[i] = (byte)Math.Round(opacity * colours[i] + (1 - opacity) * picture.Pixels[i]);
        return new Picture(picture.Width, picture.Height, colours);
    }
}
