using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Notebook.Views;

/// <summary>A view of pictures: HTML, and a PNG for pages that show none.</summary>
public abstract class ImageView : IView
{
    private protected ImageView() { }

    /// <summary>Writes the static picture as a PNG.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Save(string path) => RasterWriter.WritePng(path, ToPicture());

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html => ToHtml(),
            Mime.Png => Convert.ToBase64String(EmbeddedPicture.Png(ToPicture())),
            Mime.Plain => ToString(),
            _ => null,
        };

    private protected abstract string ToHtml();

    private protected abstract Picture ToPicture();
}
