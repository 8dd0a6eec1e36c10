using F2Net.Data.Pictures;

namespace F2Net.Data.Rasters;

/// <summary>What a file is written from: bytes of one or more bands, band after band, and colours where they are ids.</summary>
/// <param name="Palette">Colours by id, further ids black; null for a picture.</param>
internal sealed record RasterImage(int Width, int Height, int Bands, byte[] Bytes, IReadOnlyList<Rgb>? Palette)
{
    public static RasterImage Of(Picture picture) => new(picture.Width, picture.Height, Picture.Channels, picture.Pixels, null);

    public static RasterImage Of(Mask mask, IReadOnlyList<Rgb> palette) => new(mask.Width, mask.Height, 1, mask.Ids, palette);
}
