using System.Globalization;
using System.Text;
using F2Net.Data.Pictures;
using F2Net.Evaluation.Drawing;

namespace F2Net.Notebook.Views;

/// <summary>Pictures in rows of equal height, each over its caption. Small ones are enlarged, every pixel a square.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Png, Mime.Plain])]
public sealed class ImageGrid : ImageView
{
    private const int Width = 900,
        Gap = 8,
        TinySide = 32;

    // Below this a picture is enlarged, if there is room.
    private const int LeastHeight = 200;

    private readonly IReadOnlyList<(string Caption, Picture Image)> images;
    private readonly int columns,
        size;

    /// <exception cref="ArgumentException">There are no images.</exception>
    internal ImageGrid(string title, IReadOnlyList<(string Caption, Picture Image)> images, int columns, int size)
    {
        if (images.Count == 0)
            throw new ArgumentException($"Image grid '{title}' has no images.", nameof(images));
        (Title, this.images, this.size) = (title, images, size);
        this.columns = columns > 0 ? columns : Columns();
    }

    public string Title { get; }

    public override string ToString() => $"{Title}: {string.Join("; ", images.Select(i => i.Caption))}";

    private protected override string ToHtml()
    {
        var height = CellHeight();
        var html = new StringBuilder($"<div style=\"max-width:{Width}px\">");
        if (Title.Length > 0)
            html.Append("<div style=\"font-weight:bold;margin:4px 0\">").Append(Html.Escape(Title)).Append("</div>");
        foreach (var row in images.Chunk(columns))
        {
            // A cell grows by its picture's shape, so all pictures of a row are of one height whatever the page's width.
            var wide = row.Sum(i => Aspect(i.Image)) * height + (row.Length - 1) * Gap;
            html.Append(CultureInfo.InvariantCulture, $"<div style=\"display:flex;gap:{Gap}px;max-width:{wide:0.#}px\">");
            foreach (var (caption, image) in row)
            {
                var uri = EmbeddedPicture.Uri(image, size, Math.Min(size, (int)(1.5 * height)));
                var style = image.Height < height ? "width:100%;display:block;image-rendering:pixelated" : "width:100%;display:block";
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<figure style=\"flex:{Aspect(image):0.####} 1 0;min-width:0;margin:0 0 {Gap}px\">"
                );
                html.Append($"<img src=\"{uri}\" alt=\"{Html.Escape(caption)}\" style=\"{style}\">");
                html.Append($"<figcaption style=\"font-size:12px\">{Html.Escape(caption)}</figcaption></figure>");
            }
            html.Append("</div>");
        }
        return html.Append("</div>").ToString();
    }

    private protected override Picture ToPicture()
    {
        var cell = CellHeight();
        var share = EmbeddedPicture.StaticShare(images.Select(i => i.Image), images.Sum(i => Aspect(i.Image)) * cell * cell);
        var height = Math.Max(1, (int)(share * cell));
        return Sheet.Of([.. images.Select(i => (i.Caption, AtHeight(i.Image, height)))], columns, title: Title);
    }

    private static Picture AtHeight(Picture image, int height) =>
        image.Height > height
            ? image.Fitted(int.MaxValue, height)
            : EmbeddedPicture.Nearest(image, Math.Max(1, (int)Math.Round(Aspect(image) * height)), height);

    /// <summary>As large as every row has room for, but no larger than the pictures are or need to be.</summary>
    private double CellHeight()
    {
        var room = images.Chunk(columns).Min(row => (Width - (row.Length - 1) * Gap) / row.Sum(i => Aspect(i.Image)));
        return Math.Min(room, Math.Max(LeastHeight, images.Max(i => i.Image.Height)));
    }

    /// <summary>Up to four a row, up to eight of tiny ones, and rows as even as can be.</summary>
    private int Columns()
    {
        var most = images.All(i => Math.Max(i.Image.Width, i.Image.Height) <= TinySide) ? 8 : 4;
        var rows = (images.Count + most - 1) / most;
        return (images.Count + rows - 1) / rows;
    }

    private static double Aspect(Picture image) => (double)image.Width / image.Height;
}
