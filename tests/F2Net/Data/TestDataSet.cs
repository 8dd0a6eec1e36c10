using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data;

/// <summary>A small data set in a folder, written in the prepared layout.</summary>
internal static class TestDataSet
{
    public const string Json = """
        {
          "name": "Test",
          "classes": [
            { "name": "sea", "colour": "#143CA0" },
            { "name": "land", "colour": "#78AA50" },
            { "name": "lake", "colour": "#00DCFF" }
          ]
        }
        """;

    /// <summary>Classes 0 and 1 half and half, and three pixels of class 2 in each mask, far from each other.</summary>
    public static Mask Mask(int width, int height, int seed)
    {
        var mask = new Mask(width, height, new byte[width * height]);
        mask.Ids.AsSpan(0, width * height / 2).Fill(1);
        var random = new Random(seed);
        for (var i = 0; i < 3; i++)
            mask.Ids[random.Next(mask.Ids.Length)] = 2;
        return mask;
    }

    public static void Write(TempFolder folder, string split, int pictures, int width, int height)
    {
        File.WriteAllText(folder.File("dataset.json"), Json);
        for (var i = 0; i < pictures; i++)
        {
            var mask = Mask(width, height, seed: i);
            RasterWriter.WritePng(folder.File($"img_dir/{split}/{i}.png"), Image(mask, seed: i));
            RasterWriter.WriteMask(folder.File($"ann_dir/{split}/{i}.png"), mask, []);
        }
    }

    // Noise, but its green tells the class, so that there is something to learn.
    public static Picture Image(Mask mask, int seed)
    {
        var image = Noise.Picture(mask.Width, mask.Height, seed);
        var green = image.Plane(1);
        for (var i = 0; i < green.Length; i++)
            green[i] = (byte)(100 * mask.Ids[i] + green[i] / 8);
        return image;
    }

    public static Split Open(TempFolder folder, string split = "train") => PreparedDataSet.Open(folder.Path).Split(split);
}
