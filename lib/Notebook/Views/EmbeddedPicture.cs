using F2Net.Data.Pictures;
using F2Net.Notebook.Charts;

namespace F2Net.Notebook.Views;

/// <summary>Pictures as a page embeds them: maps and masks as PNG, exactly; photographs as JPEG, which is much smaller.</summary>
internal static class EmbeddedPicture
{
    private const double GreatestPhotograph = 120_000;

    /// <summary>
    /// The share of its sides to which a static picture is reduced before it becomes a PNG: of photographs a PNG is heavy, and it serves
    /// only pages that show no HTML.
    /// </summary>
    public static double StaticShare(IEnumerable<Picture> pictures, double pixels) =>
        pictures.Any(IsPhotograph) ? Math.Min(1, Math.Sqrt(GreatestPhotograph / pixels)) : 1;

    /// <param name="width">Greatest width; larger pictures are reduced by area. Height likewise.</param>
    public static string Uri(Picture picture, int width, int height) =>
        IsPhotograph(picture)
            ? Html.DataUri("image/jpeg", EncodedPicture.Jpeg(picture.Fitted(width, height)))
            : Html.DataUri(Mime.Png, Png(picture.Fitted(width, height)));

    /// <summary>A PNG file, with a palette where the picture's colours fit into one.</summary>
    public static byte[] Png(Picture picture)
    {
        var palette = new Dictionary<Rgb, byte>();
        var ids = new byte[picture.Width * picture.Height];
        for (var i = 0; i < ids.Length; i++)
        {
            var colour = At(picture, i);
            if (!palette.TryGetValue(colour, out ids[i]))
            {
                if (palette.Count == 256)
                    return EncodedPicture.Png(picture);
                palette[colour] = ids[i] = (byte)palette.Count;
            }
        }
        return EncodedPicture.Png(new Mask(picture.Width, picture.Height, ids), [.. palette.Keys]);
    }

    /// <summary>More colours than a colour map or a mask has.</summary>
    public static bool IsPhotograph(Picture picture)
    {
        var colours = new HashSet<Rgb>();
        for (var i = 0; i < picture.Width * picture.Height; i++)
            if (colours.Add(At(picture, i)) && colours.Count > ColourMap.Size)
                return true;
        return false;
    }

    /// <summary>The picture at another size, each pixel of it the nearest of the original: kernels stay squares.</summary>
    public static Picture Nearest(Picture picture, int width, int height)
    {
        var scaled = new Picture(width, height, new byte[Picture.Channels * width * height]);
        for (var c = 0; c < Picture.Channels; c++)
        {
            Span<byte> from = picture.Plane(c),
                to = scaled.Plane(c);
            for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                to[y * width + x] = from[(int)((long)y * picture.Height / height) * picture.Width + (int)((long)x * picture.Width / width)];
        }
        return scaled;
    }

    private static Rgb At(Picture picture, int pixel)
    {
        var plane = picture.Width * picture.Height;
        return new(picture.Pixels[pixel], picture.Pixels[plane + pixel], picture.Pixels[2 * plane + pixel]);
    }
}
