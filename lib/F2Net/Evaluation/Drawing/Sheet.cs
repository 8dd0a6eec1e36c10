using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Drawing;

/// <summary>Pictures in rows, each under its title, with a legend of classes below if there is one.</summary>
public static class Sheet
{
    private const int Gap = 8;

    /// <param name="columns">Pictures a row.</param>
    /// <param name="title">Stands above them all.</param>
    /// <param name="info">Whose classes the legend shows.</param>
    public static Picture Of(
        IReadOnlyList<(string Title, Picture Picture)> panels,
        int columns,
        DataSetInfo? info = null,
        string title = ""
    )
    {
        var scale = Math.Max(1, panels.Max(p => p.Picture.Width) / 300);
        var line = (BitmapFont.Height + 1) * scale + Gap;
        var rows = panels
            .Select(p => (Caption: Canvas.Lines(p.Title, scale, p.Picture.Width), p.Picture))
            .Chunk(columns)
            // A row's pictures begin below the longest of its captions.
            .Select(row => (Panels: row, Above: line * row.Max(p => p.Caption.Count), Height: row.Max(p => p.Picture.Height)))
            .ToList();
        var total = rows.Max(row => Gap + row.Panels.Sum(p => p.Picture.Width + Gap));
        var legend = info is null ? [] : Legend(info, scale, line, total);
        var below = rows.Sum(row => row.Above + row.Height + Gap);

        var heading = Canvas.Lines(title, scale, total - 2 * Gap);
        var head = heading.Count * line;
        var canvas = new Canvas(total, Gap + head + below + (legend.Count > 0 ? legend[^1].Y + line : 0));
        Write(heading, Gap, Gap, total);
        var top = Gap + head;
        foreach (var (row, above, height) in rows)
        {
            var left = Gap;
            foreach (var (caption, picture) in row)
            {
                Write(caption, left, top, left + picture.Width);
                canvas.Draw(picture, left, top + above);
                left += picture.Width + Gap;
            }
            top += above + height + Gap;
        }
        foreach (var (named, x, y) in legend)
        {
            var side = BitmapFont.Height * scale;
            // A black frame, so that a white class is seen on white paper.
            canvas.Fill(new PixelWindow(x, top + y, side, side), default);
            canvas.Fill(new PixelWindow(x + 1, top + y + 1, side - 2, side - 2), named.Colour);
            canvas.Write(named.Name, x + side + Gap, top + y, scale, total);
        }
        return canvas.Picture;

        void Write(IReadOnlyList<string> lines, int left, int first, int right)
        {
            for (var i = 0; i < lines.Count; i++)
                canvas.Write(lines[i], left, first + i * line, scale, right);
        }
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
}
