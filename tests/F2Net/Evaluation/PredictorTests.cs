using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Tests.Data;
using static TorchSharp.torch;

namespace F2Net.Tests.Evaluation;

public class PredictorTests
{
    [Theory]
    [InlineData(32, 32)]
    [InlineData(75, 41)]
    public void Every_pixel_of_a_picture_of_any_size_gets_a_class(int width, int height)
    {
        using var model = Model();
        var mask = new Predictor(model).Predict(Noise.Picture(width, height));
        Assert.Equal((width, height, width * height), (mask.Width, mask.Height, mask.Ids.Length));
        Assert.All(mask.Ids, id => Assert.InRange(id, 0, 2));
    }

    [Fact]
    public void An_offset_large_enough_decides_everything()
    {
        using var model = Model();
        Assert.All(new Predictor(model, [0, 0, 1e6]).Predict(Noise.Picture(40, 40)).Ids, id => Assert.Equal(2, id));
    }

    [Fact]
    public void Predicting_leaves_no_tensor_behind()
    {
        using var model = Model();
        var predictor = new Predictor(model);
        predictor.Predict(Noise.Picture(40, 40));
        var before = LiveTensors.Count();
        predictor.Predict(Noise.Picture(40, 40));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_file_that_is_read_row_by_row_gets_the_mask_of_the_picture_in_memory()
    {
        using var folder = new TempFolder();
        using var model = Model();
        var picture = Noise.Picture(75, 610);
        RasterWriter.WritePng(folder.File("a.png"), picture);
        using var raster = Raster.OpenImage(folder.File("a.png"));
        var told = new List<double>();
        var mask = new Predictor(model).Predict(new RasterRows(raster), told.Add);
        Assert.Equal(new Predictor(model).Predict(picture).Ids, mask.Ids);
        Assert.Equal(1, told[^1]);

        using var frozen = no_grad();
        using var whole = model.Run(ImageTensor.From(picture)).Logits.argmax(1);
        // Strips and the whole differ by rounding, which may decide between two classes as good as level.
        Assert.InRange(whole.to(ScalarType.Byte).bytes.ToArray().Zip(mask.Ids).Count(p => p.First != p.Second), 0, 3);
    }

    [Fact]
    public void Rows_of_a_picture_are_those_of_the_whole()
    {
        using var scope = NewDisposeScope();
        var picture = Noise.Picture(33, 41);
        var whole = ImageTensor.From(picture);
        var rows = new PictureRows(picture);
        Assert.Equal((1, 41, 33), (rows.Batch, rows.Height, rows.Width));
        Assert.True((rows.Read(7, 20) == whole.narrow(2, 7, 20)).all().item<bool>());
    }

    [Fact]
    public void A_split_is_scored_over_all_its_pictures()
    {
        using var folder = new TempFolder();
        TestDataSet.Write(folder, "test", pictures: 2, width: 40, height: 40);
        var seen = new List<string>();
        var metrics = SplitEvaluation.Run(
            TestDataSet.Open(folder, "test"),
            picture => new Mask(picture.Width, picture.Height, new byte[picture.Width * picture.Height]),
            (sample, _) => seen.Add(sample.Name)
        );
        Assert.Equal(["0", "1"], seen);
        Assert.Equal(2 * 40 * 40, metrics.Classes.Sum(c => c.Truth));
        Assert.Equal(2 * 40 * 40, metrics["sea"].Predicted);
    }

    private static F2NetModel Model()
    {
        manual_seed(1);
        var model = new F2NetModel(F2NetConfig.Nano(3));
        model.eval();
        return model;
    }
}
