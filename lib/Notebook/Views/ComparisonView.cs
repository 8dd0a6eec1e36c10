using F2Net.Data.Pictures;
using F2Net.Evaluation.Drawing;

namespace F2Net.Notebook.Views;

/// <summary>Two pictures over one another, parted by a line that the reader drags; beside each other where nothing can be dragged.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Png, Mime.Plain])]
public sealed class ComparisonView : ImageView
{
    private const int StaticSide = 280;

    private readonly Picture left,
        right;
    private readonly string leftTitle,
        rightTitle;
    private readonly int size;

    /// <exception cref="ArgumentException">The pictures differ in shape.</exception>
    internal ComparisonView(Picture left, Picture right, string leftTitle, string rightTitle, int size)
    {
        // To within what rounding does to a reduced picture.
        if (Math.Abs((double)left.Width / left.Height / right.Width * right.Height - 1) > 0.02)
            throw new ArgumentException(
                $"A {right.Width} x {right.Height} picture does not lie on a {left.Width} x {left.Height} one.",
                nameof(right)
            );
        (this.left, this.right, this.leftTitle, this.rightTitle, this.size) = (left, right, leftTitle, rightTitle, size);
    }

    public override string ToString() => $"{leftTitle} | {rightTitle}";

    /// <summary>An unseen slider covers the pictures, so that mouse, finger and keyboard all move the line.</summary>
    private protected override string ToHtml()
    {
        var width = Math.Max(left.Fitted(size, size).Width, right.Fitted(size, size).Width);
        return $$"""
            <div style="max-width:{{width}}px">
            <div style="display:flex;justify-content:space-between;font-weight:bold"><span>{{Html.Escape(
                leftTitle
            )}}</span><span>{{Html.Escape(rightTitle)}}</span></div>
            <div style="position:relative">
            <img src="{{EmbeddedPicture.Uri(left, size, size)}}" alt="{{Html.Escape(leftTitle)}}" style="width:100%;display:block">
            <img src="{{EmbeddedPicture.Uri(right, size, size)}}" alt="{{Html.Escape(
                rightTitle
            )}}" style="position:absolute;left:0;top:0;width:100%;height:100%;clip-path:inset(0 0 0 50%)">
            <div style="position:absolute;left:50%;top:0;bottom:0;width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 3px #000"></div>
            <input type="range" min="0" max="100" step="0.1" value="50" aria-label="parting line" style="position:absolute;left:0;top:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize" oninput="const parts = this.parentNode.children; parts[1].style.clipPath = `inset(0 0 0 ${this.value}%)`; parts[2].style.left = this.value + '%'">
            </div>
            </div>
            """;
    }

    private protected override Picture ToPicture() =>
        Sheet.Of([(leftTitle, left.Fitted(StaticSide, StaticSide)), (rightTitle, right.Fitted(StaticSide, StaticSide))], columns: 2);
}
