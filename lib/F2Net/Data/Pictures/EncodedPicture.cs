using System.Runtime.InteropServices;
using F2Net.Data.Rasters;

namespace F2Net.Data.Pictures;

/// <summary>Pictures as the bytes of a PNG or JPEG file, made in memory: for pages and notebooks.</summary>
public static class EncodedPicture
{
    private const string Folder = "/vsimem/f2net";
    private static int count;

    public static byte[] Png(Picture picture) => Encode("PNG", [null], RasterImage.Of(picture));

    /// <summary>Ids in their colours, a byte a pixel before packing.</summary>
    /// <param name="palette">Colours by id; further ids are black.</param>
    public static byte[] Png(Mask mask, IReadOnlyList<Rgb> palette) => Encode("PNG", [null], RasterImage.Of(mask, palette));

    /// <summary>For photographs: a tenth of a PNG's size, with what the eye hardly sees left out.</summary>
    /// <param name="quality">1 to 100.</param>
    public static byte[] Jpeg(Picture picture, int quality = 85) => Encode("JPEG", [$"QUALITY={quality}", null], RasterImage.Of(picture));

    private static byte[] Encode(string driver, string?[] options, RasterImage image)
    {
        Gdal.Require();
        var path = $"{Folder}/{Interlocked.Increment(ref count)}";
        using (RasterWriter.Copy(driver, path, options, image)) { }
        var memory = Gdal.VSIGetMemFileBuffer(path, out var length, unlinkAndSeize: 1);
        if (memory == 0)
            throw new IOException(Gdal.LastError);
        try
        {
            var file = new byte[length];
            Marshal.Copy(memory, file, 0, file.Length);
            return file;
        }
        finally
        {
            Gdal.VSIFree(memory);
        }
    }
}
