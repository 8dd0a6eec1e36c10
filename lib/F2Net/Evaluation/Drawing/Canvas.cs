using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Drawing;

/// <summary>A white picture to lay pictures, swatches and words on.</summary>
internal sealed class Canvas
{
    private readonly Picture picture;

    public Canvas(int width, int height)
    {
        picture = new Picture(width, height, new byte[Picture.Channels * width * height]);
        picture.Pixels.AsSpan().Fill(255);
    }

    public Picture Picture => picture;

    public void Draw(Picture other, int x, int y)
    {
        for (var c = 0; c < Picture.Channels; c++)
        for (var row = 0; row < other.Height; row++)
            other.Plane(c).Slice(row * other.Width, other.Width).CopyTo(picture.Plane(c).Slice((y + row) * picture.Width + x, other.Width));
    }

    public void Fill(PixelWindow window, Rgb colour)
    {
        for (var y = window.Y; y < window.Y + window.Height; y++)
        {
            var start = y * picture.Width + window.X;
            picture.Plane(0).Slice(start, window.Width).Fill(colour.R);
            picture.Plane(1).Slice(start, window.Width).Fill(colour.G);
            picture.Plane(2).Slice(start, window.Width).Fill(colour.B);
        }
    }

    /// <summary>Black words, each font pixel a square of <paramref name="scale"/>; what reaches over <paramref name="right"/> is cut.</summary>
    public void Write(string text, int x, int y, int scale, int right)
    {
        for (var i = 0; i < text.Length; i++)
        for (var column = 0; column < BitmapFont.Width; column++)
        {
            var left = x + (i * BitmapFont.Advance + column) * scale;
            if (left + scale > right)
                return;
            for (var row = 0; row <= BitmapFont.Height; row++)
                if (BitmapFont.IsInk(text[i], column, row))
                    Fill(new PixelWindow(left, y + row * scale, scale, scale), default);
        }
    }

    public static int WidthOf(string text, int scale) => text.Length * BitmapFont.Advance * scale;

    /// <summary>The text in lines that are no wider than that, where its pieces allow.</summary>
    public static IReadOnlyList<string> Lines(string text, int scale, int width) =>
        text.Length == 0 ? [] : TextLines.Wrap(text, width / (BitmapFont.Advance * scale), afterHyphens: true);
}
