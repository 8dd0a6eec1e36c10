using F2Net.Data.Pictures;

namespace F2Net.Tests.Data;

/// <summary>Seeded random pictures and masks.</summary>
internal static class Noise
{
    public static Picture Picture(int width, int height, int seed = 0)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new Picture(width, height, pixels);
    }

    public static Mask Mask(int width, int height, int classes, int seed = 0)
    {
        var random = new Random(seed);
        var ids = new byte[width * height];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (byte)random.Next(classes);
        return new Mask(width, height, ids);
    }
}
