using F2Net.Data;

namespace F2Net.Evaluation;

/// <summary>Image, truth and prediction beside each other, each under its title, with a legend of the classes below.</summary>
public static class SideBySide
{
    private const int Gap = 8;

    /// <param name="panelWidth">Width of each of the three, pixels; larger pictures are reduced by area, smaller ones stay.</param>
    /// <param name="predictionTitle">What predicted, and how well if that is known.</param>
    public static Picture Of(
        Picture image,
        Mask truth,
        Mask prediction,
        DataSetInfo info,
        int panelWidth = 612,
        string predictionTitle = "prediction"
    )
    {
        var palette = info.Palette;
        (string Title, Picture Picture)[] panels =
        [
            ("image", Reduced(image, panelWidth)),
            ("truth", Reduced(truth.Coloured(palette), panelWidth)),
            (predictionTitle, Reduced(prediction.Coloured(palette), panelWidth)),
        ];
        var (width, height) = (panels[0].Picture.Width, panels[0].Picture.Height);
        var scale = Math.Max(1, width / 300);
        var line = (BitmapFont.Height + 1) * scale + Gap;
        var total = Gap + panels.Length * (width + Gap);
        var legend = Legend(info, scale, line, total);

        var canvas = new Canvas(total, Gap + line + height + Gap + legend[^1].Y + line);
        for (var i = 0; i < panels.Length; i++)
        {
            var x = Gap + i * (width + Gap);
            canvas.Write(panels[i].Title, x, Gap, scale);
            canvas.Draw(panels[i].Picture, x, Gap + line);
        }
        foreach (var (named, x, y) in legend)
        {
            var (top, side) = (Gap + line + height + Gap + y, BitmapFont.Height * scale);
            // A black frame, so that a white class is seen on white paper.
            canvas.Fill(new PixelWindow(x, top, side, side), default);
            canvas.Fill(new PixelWindow(x + 1, top + 1, side - 2, side - 2), named.Colour);
            canvas.Write(named.Name, x + side + Gap, top, scale);
        }
        return canvas.Picture;
    }

    /// <summary>Each class's place below the panels, in as many lines as the width asks for.</summary>
    private static List<(ClassInfo Class, int X, int Y)> Legend(DataSetInfo info, int scale, int line, int total)
    {
        var places = new List<(ClassInfo, int, int)>();
        var (x, y) = (Gap, 0);
        foreach (var named in info.Classes)
        {
            var width = BitmapFont.Height * scale + Gap + Canvas.WidthOf(named.Name, scale) + 2 * Gap;
            if (x > Gap && x + width > total)
                (x, y) = (Gap, y + line);
            places.Add((named, x, y));
            x += width;
        }
        return places;
    }

    private static Picture Reduced(Picture picture, int width)
    {
        if (picture.Width <= width)
            return picture;
        var height = Math.Max(1, (int)Math.Round((double)picture.Height * width / picture.Width));
        return AreaReducer.Reduce(picture, new PixelWindow(0, 0, picture.Width, picture.Height), width, height);
    }
}
