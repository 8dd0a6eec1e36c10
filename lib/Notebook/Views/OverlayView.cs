using System.Globalization;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation.Drawing;

namespace F2Net.Notebook.Views;

/// <summary>A mask's colours over its image, with a slider for their opacity and the classes below.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Png, Mime.Plain])]
public sealed class OverlayView : ImageView
{
    private const double Opacity = 0.4;
    private const int StaticSide = 360;

    private readonly Picture image;
    private readonly Mask mask;
    private readonly DataSetInfo set;
    private readonly int size;

    /// <exception cref="ArgumentException">Image and mask differ in size.</exception>
    internal OverlayView(Picture image, Mask mask, DataSetInfo set, int size)
    {
        if ((image.Width, image.Height) != (mask.Width, mask.Height))
            throw new ArgumentException(
                $"A {mask.Width} x {mask.Height} mask does not lie on a {image.Width} x {image.Height} picture.",
                nameof(mask)
            );
        (this.image, this.mask, this.set, this.size) = (image, mask, set, size);
    }

    public override string ToString() => $"{image.Width} x {image.Height} image under its mask ({new ClassLegend(set)})";

    private protected override string ToHtml()
    {
        var width = image.Fitted(size, size).Width;
        var opacity = Opacity.ToString(CultureInfo.InvariantCulture);
        return $"""
            <div style="max-width:{width}px">
            <div style="position:relative">
            <img src="{EmbeddedPicture.Uri(image, size, size)}" alt="image" style="width:100%;display:block">
            <img src="{EmbeddedPicture.Uri(
                mask.Coloured(set.Palette),
                size,
                size
            )}" alt="mask" style="position:absolute;left:0;top:0;width:100%;height:100%;opacity:{opacity}">
            </div>
            <label style="display:flex;gap:8px;align-items:center;margin:4px 0">mask's opacity <input type="range" min="0" max="1" step="0.01" value="{opacity}" style="flex:1" oninput="this.parentNode.previousElementSibling.lastElementChild.style.opacity = this.value"></label>
            {new ClassLegend(set).ToHtml()}
            </div>
            """;
    }

    private protected override Picture ToPicture()
    {
        var laid = Overlay.Of(image, mask, set.Palette, Opacity);
        return Sheet.Of([("image and mask", laid.Fitted(StaticSide, StaticSide))], columns: 1, set);
    }
}
