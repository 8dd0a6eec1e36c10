using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data.Preparation;

/// <summary>Tiny downloads in the layouts of the published ones.</summary>
internal static class TestDownloads
{
    public static readonly Georeference Place = new(new GeoTransform(10, 0.5, 0, 50, 0, -0.5), TestVectors.Wgs84);

    public static PreparationReport Prepare(string name, string source, string output, string? lists = null, int? seed = null) =>
        new DataSetPreparation(Preparers.Open(name, source), output, lists, seed).Run(_ => { }, CancellationToken.None);

    /// <summary>That preparing fails with just this sentence.</summary>
    public static void AssertRefused(string sentence, string name, string source, string output, string? lists = null) =>
        Assert.Equal(sentence, Assert.Throws<UserException>(() => Prepare(name, source, output, lists)).Message);

    /// <summary>NAME_sat.jpg and NAME_mask.png, whose colours are a little off as those of the published masks are.</summary>
    public static Mask WriteDeepGlobe(TempFolder folder, string at, string name, int width = 41, int height = 37)
    {
        var mask = Noise.Mask(width, height, 7, seed: width + name.Length);
        TestRasters.Write(folder.File($"{at}/{name}_sat.jpg"), Noise.Picture(width, height));
        var coloured = mask.Coloured(Preparers.Open("deepglobe", folder.Path).Info.Palette);
        for (var i = 0; i < coloured.Pixels.Length; i++)
            coloured.Pixels[i] = (byte)(coloured.Pixels[i] == 255 ? 254 - i % 9 : i % 9);
        TestRasters.Write(folder.File($"{at}/{name}_mask.png"), coloured);
        return mask;
    }

    /// <summary>images/NAME.tif and gt/NAME.tif, both georeferenced.</summary>
    public static Mask WriteInria(TempFolder folder, string at, string name, int width = 41, int height = 37)
    {
        var mask = Noise.Mask(width, height, 2);
        TestRasters.Write(folder.File($"{at}/images/{name}.tif"), Noise.Picture(width, height), Place);
        TestRasters.Write(folder.File($"{at}/gt/{name}.tif"), new Mask(width, height, [.. mask.Ids.Select(id => (byte)(255 * id))]), Place);
        return mask;
    }

    /// <summary>A picture as a photograph is, smooth with a little noise, and its mask, cut into nine parts, the first of which is a pixel wider and higher than its column and row.</summary>
    public static (Picture Picture, Mask Mask) WriteDubai(TempFolder folder, string at)
    {
        int[] lefts = [0, 36, 73, 110],
            tops = [0, 34, 69, 103];
        var (width, height) = (lefts[^1], tops[^1]);
        var picture = new Picture(width, height, new byte[Picture.Channels * width * height]);
        var noise = Noise.Picture(width, height);
        for (var c = 0; c < Picture.Channels; c++)
        for (var i = 0; i < width * height; i++)
            picture.Plane(c)[i] = (byte)(
                117 + 100 * Math.Sin(i % width / 9.0 + c) * Math.Cos((double)(i / width) / 11) + noise.Plane(0)[i] / 8
            );
        var mask = Noise.Mask(width, height, 7, seed: 5);
        Rgb[] palette = [.. Preparers.Open("dubai", folder.Path).Info.Palette, default];
        for (var part = 0; part < 9; part++)
        {
            var (column, row) = (part % 3, part / 3);
            var more = part == 0 ? 1 : 0;
            var window = new PixelWindow(
                lefts[column],
                tops[row],
                lefts[column + 1] - lefts[column] + more,
                tops[row + 1] - tops[row] + more
            );
            TestRasters.Write(folder.File($"{at}/images/image_part_00{part + 1}.jpg"), picture.Cut(window));
            var cut = mask.Cut(window);
            var file = folder.File($"{at}/masks/image_part_00{part + 1}.png");
            // Some of the published masks are RGB, some have a palette, in an order of their own.
            if (part % 2 == 0)
                TestRasters.Write(file, cut.Coloured(palette));
            else
                RasterWriter.WriteMask(
                    file,
                    new Mask(cut.Width, cut.Height, [.. cut.Ids.Select(id => (byte)(6 - id))]),
                    [.. palette.Reverse()]
                );
        }
        return (picture, mask);
    }

    /// <summary>Cuts the second half off a file.</summary>
    public static void Truncate(string file)
    {
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
    }

    public static Mask ReadMask(string file)
    {
        using var raster = new Raster(file);
        return raster.ReadMask();
    }
}
