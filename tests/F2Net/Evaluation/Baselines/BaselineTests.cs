using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Evaluation.Baselines;
using F2Net.Tests.Data;

namespace F2Net.Tests.Evaluation.Baselines;

public sealed class BaselineTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_commonest_class_is_called_everywhere()
    {
        var train = Train([.. Enumerable.Repeat((byte)1, 1200), .. Enumerable.Repeat((byte)0, 400)], (_, _) => default);
        Assert.All(new CommonestClass(train).Predict(Noise.Picture(33, 35)).Ids, id => Assert.Equal(1, id));
    }

    [Fact]
    public void Colours_that_belong_to_one_class_are_told_apart()
    {
        var mask = Noise.Mask(40, 40, classes: 3);
        var train = Train(mask.Ids, (_, id) => new Rgb((byte)(80 * id), 0, 200));
        Assert.Equal(mask.Ids, new ColourHistogramClassifier(train).Predict(train.Samples[0].Image).Ids);
    }

    [Fact]
    public void The_prior_power_lets_a_rare_class_win_where_its_colour_is_shared()
    {
        // Land is nine times as common as lake; half of the lake and a tenth of the land are dark: 80 lake pixels, 144 land pixels.
        var ids = new byte[1600];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (byte)(i % 10 == 0 ? 2 : 1);
        var train = Train(ids, (i, id) => (id == 2 ? i / 10 % 2 == 0 : i / 10 % 10 == 0) ? new Rgb(10, 10, 10) : new Rgb(200, 200, 200));
        var dark = new Picture(1, 1, [10, 10, 10]);
        Assert.Equal(1, new ColourHistogramClassifier(train, priorPower: 0).Predict(dark).Ids[0]);
        Assert.Equal(2, new ColourHistogramClassifier(train, priorPower: -0.5).Predict(dark).Ids[0]);
    }

    [Fact]
    public void A_colour_never_seen_is_the_commonest_class()
    {
        var train = Train([.. Enumerable.Repeat((byte)1, 1200), .. Enumerable.Repeat((byte)2, 400)], (_, _) => new Rgb(9, 9, 9));
        Assert.Equal(1, new ColourHistogramClassifier(train).Predict(new Picture(1, 1, [250, 0, 0])).Ids[0]);
    }

    private Split Train(byte[] ids, Func<int, int, Rgb> colour)
    {
        TestDataSet.Write(folder, "train", pictures: 0, 40, 40);
        var colours = ids.Select((id, i) => colour(i, id)).ToArray();
        byte[] pixels = [.. colours.Select(c => c.R), .. colours.Select(c => c.G), .. colours.Select(c => c.B)];
        RasterWriter.WritePng(folder.File("img_dir/train/0.png"), new Picture(40, 40, pixels));
        RasterWriter.WriteMask(folder.File("ann_dir/train/0.png"), new Mask(40, 40, ids), []);
        return TestDataSet.Open(folder);
    }
}
