using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;
using F2Net.Evaluation;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

public sealed class InriaPreparerTests : IDisposable
{
    private const string Train = "src/AerialImageDataset/train";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Fact]
    public void Image_and_mask_still_say_where_they_lie()
    {
        var mask = WriteInria(folder, Train, "austin1");
        Prepare("inria", Source, Out);

        Assert.Equal(
            File.ReadAllBytes(folder.File($"{Train}/images/austin1.tif")),
            File.ReadAllBytes(folder.File("out/img_dir/train/austin1.tif"))
        );
        Assert.Equal(mask.Ids, ReadMask(folder.File("out/ann_dir/train/austin1.png")).Ids);
        foreach (var file in (string[])["out/img_dir/train/austin1.tif", "out/ann_dir/train/austin1.png"])
        {
            using var raster = new Raster(folder.File(file));
            Assert.Equal(Place.Transform, raster.Georeference!.Transform);
            Assert.Contains("WGS", raster.Georeference.CoordinateSystem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Splits_have_each_citys_share_and_the_published_totals()
    {
        var pictures = ((string[])["austin", "chicago", "kitsap", "tyrol-w", "vienna"])
            .SelectMany(city => Enumerable.Range(1, 36).Select(n => new SourcePicture($"{city}{n}", [], [], city)))
            .ToList();
        var drawn = new SplitShares(126, 27, 27).Draw(pictures, seed: 1);

        Assert.Equal([126, 27, 27], SplitShares.Names.Select(s => drawn.Values.Count(v => v == s)));
        foreach (var city in pictures.GroupBy(p => p.Stratum))
        {
            Assert.InRange(city.Count(p => drawn[p.Name] == "train"), 25, 26);
            Assert.InRange(city.Count(p => drawn[p.Name] == "val"), 5, 6);
            Assert.InRange(city.Count(p => drawn[p.Name] == "test"), 5, 6);
        }
    }

    [Fact]
    public void The_test_cities_without_labels_are_left_aside()
    {
        WriteInria(folder, Train, "tyrol-w12");
        TestRasters.Write(folder.File("src/AerialImageDataset/test/images/sfo1.tif"), Noise.Picture(40, 40));
        var report = Prepare("inria", Source, Out);
        Assert.Equal(1, report.All.Pictures);
        Assert.Contains("AerialImageDataset/test/images has 1 images without any labels: left out.", report.Remarks);
    }

    [Fact]
    public void A_tile_without_its_labels_is_named()
    {
        WriteInria(folder, Train, "vienna1");
        WriteInria(folder, Train, "vienna2");
        File.Delete(folder.File($"{Train}/gt/vienna2.tif"));
        AssertRefused(
            $"{Source}: 1 image has no labels (AerialImageDataset/train/images/vienna2.tif); complete the download, or move what is alone elsewhere.",
            "inria",
            Source,
            Out
        );
    }

    [Fact]
    public void A_value_that_is_neither_0_nor_255_is_counted()
    {
        WriteInria(folder, Train, "vienna1");
        var gt = new Mask(41, 37, new byte[41 * 37]);
        gt.Ids[41] = gt.Ids[42] = 1;
        gt.Ids[60] = 9;
        TestRasters.Write(folder.File($"{Train}/gt/vienna1.tif"), gt);
        AssertRefused(
            $"{folder.File($"{Train}/gt/vienna1.tif")} has 2 pixels of value 1, which is no class (the first in column 0, row 1), and 1 pixel of 1 more such value; "
                + "correct the file, or download it again.",
            "inria",
            Source,
            Out
        );
    }

    [Fact]
    public void Both_readings_of_the_mean_have_a_name()
    {
        WriteInria(folder, Train, "kitsap7");
        Prepare("inria", Source, Out);
        var confusion = new ConfusionMatrix(DataSetInfo.Read(folder.File("out/dataset.json")));
        confusion.Add([0, 0, 1, 1], [0, 1, 1, 1]);
        var metrics = confusion.Metrics();

        Assert.Equal(("both classes", (0.5 + 2.0 / 3) / 2), (metrics.Describe(metrics.Mean), metrics.Mean.IoU));
        Assert.Equal(("building only", 2.0 / 3), (metrics.Describe(metrics.MeanWithout!), metrics.MeanWithout!.IoU));
    }
}
