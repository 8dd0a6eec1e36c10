using System.Runtime.CompilerServices;
using F2Net.Data;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data;

public class BlueMarbleTests
{
    [Fact]
    public void The_embedded_data_set_opens_and_every_picture_knows_its_place()
    {
        var set = PreparedDataSet.Open(Folder());
        Assert.Equal("ocean land lake glacier urban", string.Join(' ', set.Info.Classes.Select(c => c.Name)));
        Assert.Equal("urban", Assert.Single(set.Info.AlsoWithout));
        foreach (var (split, count) in new[] { ("train", 12), ("val", 4), ("test", 5) })
        {
            Assert.Equal(count, set.Split(split).Samples.Count);
            foreach (
                var file in set.Split(split)
                    .Samples.SelectMany(s => new[] { $"img_dir/{split}/{s.Name}.jpg", $"ann_dir/{split}/{s.Name}.png" })
            )
            {
                using var raster = new Raster(Path.Combine(Folder(), file));
                Assert.Equal((2448, 2448), (raster.Width, raster.Height));
                Assert.Equal((0.015, -0.015), (raster.Georeference!.Transform.PixelWidth, raster.Georeference.Transform.PixelHeight));
                Assert.Contains("4326", raster.Georeference.CoordinateSystem, StringComparison.Ordinal);
            }
        }
        using var alaska = new Raster(Path.Combine(Folder(), "img_dir/test/alaska.jpg"));
        Assert.Equal(-170.82, alaska.Georeference!.Transform.OriginX, 9);
        Assert.Equal(71.25, alaska.Georeference.Transform.OriginY, 9);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../data/bluemarble"));
}
