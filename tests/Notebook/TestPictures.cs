using System.Text.RegularExpressions;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Notebook;

/// <summary>Pictures out of what views hold.</summary>
internal static partial class TestPictures
{
    public static readonly DataSetInfo Classes = new(
        "Test",
        [new("sea", new(20, 60, 160)), new("ice", new(255, 255, 255)), new("lake", new(0, 220, 255))]
    );

    public static Picture Flat(int width, int height, byte value) =>
        new(width, height, [.. Enumerable.Repeat(value, Picture.Channels * width * height)]);

    public static Rgb At(Picture picture, int x, int y)
    {
        var i = y * picture.Width + x;
        return new(picture.Plane(0)[i], picture.Plane(1)[i], picture.Plane(2)[i]);
    }

    /// <summary>A PNG or JPEG file's pixels.</summary>
    public static Picture Decoded(byte[] file)
    {
        using var folder = new TempFolder();
        var path = folder.File("a.png");
        File.WriteAllBytes(path, file);
        using var raster = new Raster(path);
        return raster.ReadPicture();
    }

    /// <summary>The pictures that HTML embeds, with their MIME types.</summary>
    public static List<(string Mime, byte[] File)> Embedded(string html) =>
        [.. DataUri().Matches(html).Select(m => (m.Groups[1].Value, Convert.FromBase64String(m.Groups[2].Value)))];

    [GeneratedRegex("src=\"data:([a-z/+]+);base64,([^\"]+)\"")]
    private static partial Regex DataUri();
}
