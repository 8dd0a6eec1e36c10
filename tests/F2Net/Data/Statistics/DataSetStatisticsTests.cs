using F2Net.Data;
using F2Net.Data.Packing;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Data.Statistics;

namespace F2Net.Tests.Data.Statistics;

public sealed class DataSetStatisticsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Counts_pixels_edges_and_objects_of_a_drawn_mask()
    {
        // The dot is ignored: edges to it are none. Between 0 and 1 there are five edges, between 1 and 2 one, between 0 and 2 two.
        var shapes = Shapes(
            """
            0110
            0.12
            1102
            """,
            classes: 4
        );
        Assert.Equal([4, 5, 2, 0], shapes.Pixels);
        Assert.Equal([7, 6, 3, 0], shapes.Boundary);
        Assert.Equal([3, 2, 1, 0], shapes.Objects);
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(1, 9, 2)]
    [InlineData(31, 1, 4)]
    [InlineData(37, 23, 2)]
    [InlineData(64, 51, 5)]
    public void Agrees_with_a_plain_search_on_noise(int width, int height, int ids)
    {
        // The highest id is no class, as the ignore index is none.
        var (mask, classes) = (Noise.Mask(width, height, ids, seed: 3), ids - 1);
        var shapes = ClassShapes.Of(mask, classes);
        var (pixels, edges, objects) = PlainSearch(mask, classes);
        Assert.Equal(pixels, shapes.Pixels);
        Assert.Equal(edges, shapes.Boundary);
        Assert.Equal(objects, shapes.Objects);
    }

    [Fact]
    public void Sums_up_splits_and_their_pictures()
    {
        TestDataSet.Write(folder, "train", pictures: 2, 40, 50);
        TestDataSet.Write(folder, "test", pictures: 1, 60, 33);
        var larger = new Mask(70, 50, new byte[3500]);
        larger.Ids.AsSpan(0, 700).Fill(255);
        RasterWriter.WritePng(folder.File("img_dir/train/2.png"), Noise.Picture(70, 50));
        RasterWriter.WriteMask(folder.File("ann_dir/train/2.png"), larger, []);
        var told = new List<int>();
        var statistics = DataSetStatistics.Of(PreparedDataSet.Open(folder.Path), told.Add);

        Assert.Equal("Test", statistics.DataSet);
        Assert.Equal([1, 2, 3, 4], told);
        Assert.Equal(["train", "test"], statistics.Splits.Select(s => s.Name));
        var train = statistics.Splits[0];
        Assert.Equal([new PictureSize(40, 50, 2), new PictureSize(70, 50, 1)], train.Sizes);
        Assert.Equal((3, 2 * 2000 + 2800, 700), (train.Pictures, train.Labelled, train.Ignored));
        Assert.Equal(train.Labelled, train.Classes.Sum(c => c.Pixels));
        Assert.Equal(1, train.Classes.Sum(c => c.Share), 12);
        Assert.Equal([3, 2, 2], train.Classes.Select(c => c.Pictures));
        foreach (var c in train.Classes)
        {
            Assert.Equal(1e6 * c.Boundary / c.Pixels, c.BoundaryPerMegapixel);
            Assert.Equal((double)c.Pixels / c.Objects, c.MeanObject);
        }

        new DataSetPacker(folder.Path).Pack();
        Assert.True(JsonFile.Same(statistics, DataSetStatistics.Of(PreparedDataSet.Open(folder.Path))));
    }

    [Fact]
    public void A_class_that_a_split_has_not_has_no_density_and_no_size()
    {
        TestDataSet.Write(folder, "val", pictures: 1, 40, 40);
        RasterWriter.WriteMask(folder.File("ann_dir/val/0.png"), new Mask(40, 40, new byte[1600]), []);
        var lake = DataSetStatistics.Of(PreparedDataSet.Open(folder.Path)).Splits[0].Classes[2];
        Assert.Equal(new ClassStatistics("lake", 0, 0, 0, 0, null, 0, null), lake);
    }

    [Fact]
    public void Refuses_a_data_set_without_pictures()
    {
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json);
        Assert.Equal(
            "Test has no picture in img_dir; there is nothing to count.",
            Assert.Throws<UserException>(() => DataSetStatistics.Of(PreparedDataSet.Open(folder.Path))).Message
        );
    }

    private static ClassShapes Shapes(string drawing, int classes)
    {
        var rows = drawing.Split('\n');
        byte[] ids = [.. string.Concat(rows).Select(c => c == '.' ? (byte)255 : (byte)(c - '0'))];
        return ClassShapes.Of(new Mask(rows[0].Length, rows.Length, ids), classes);
    }

    private static (long[] Pixels, long[] Edges, long[] Objects) PlainSearch(Mask mask, int classes)
    {
        var (pixels, edges, objects) = (new long[classes], new long[classes], new long[classes]);
        var seen = new bool[mask.Ids.Length];
        for (var i = 0; i < mask.Ids.Length; i++)
        {
            var id = mask.Ids[i];
            if (id >= classes)
                continue;
            pixels[id]++;
            edges[id] += Neighbours(mask, i).Count(n => mask.Ids[n] != id && mask.Ids[n] < classes);
            if (seen[i])
                continue;
            objects[id]++;
            var open = new Stack<int>([i]);
            seen[i] = true;
            while (open.TryPop(out var at))
                foreach (var n in Neighbours(mask, at).Where(n => !seen[n] && mask.Ids[n] == id))
                {
                    seen[n] = true;
                    open.Push(n);
                }
        }
        return (pixels, edges, objects);
    }

    private static IEnumerable<int> Neighbours(Mask mask, int i)
    {
        var (x, y) = (i % mask.Width, i / mask.Width);
        if (x > 0)
            yield return i - 1;
        if (x < mask.Width - 1)
            yield return i + 1;
        if (y > 0)
            yield return i - mask.Width;
        if (y < mask.Height - 1)
            yield return i + mask.Width;
    }
}
