using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Tests.Data;
using F2Net.Training;
using F2Net.Weights.Onnx;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Onnx;

public sealed class OnnxExportTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly TempFolder folder = new();

    public OnnxExportTests() => manual_seed(1);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(96, 80)]
    [InlineData(77, 131)]
    [InlineData(32, 32)]
    [InlineData(40, 1300)] // two contexts side by side
    public void Nano_says_the_same_at(int height, int width) => Compare(F2NetConfig.Nano(5), height, width);

    [Theory]
    [InlineData(64, 96)]
    [InlineData(71, 45)]
    public void The_papers_network_says_the_same_at(int height, int width) => Compare(F2NetConfig.Paper(), height, width);

    private static readonly F2NetConfig nano = F2NetConfig.Nano(3);

    private static readonly Dictionary<string, F2NetConfig> others = new()
    {
        ["pixel head"] = nano with { Head = HeadKind.Pixel },
        ["coarse head"] = nano with { Head = HeadKind.Coarse },
        ["no token budget"] = nano with { LongRangeTokens = null },
        ["other scales"] = nano with { HighScale = 0.5, ShortScale = 0.25, LongScale = 1, LongRangeTokens = null },
        ["high alone"] = nano with { Branches = [Branch.High] },
        ["short alone"] = nano with { Branches = [Branch.Short] },
        ["long alone"] = nano with { Branches = [Branch.Long], Head = HeadKind.Coarse },
        ["high and long"] = nano with { Branches = [Branch.Long, Branch.High] },
        ["short and long"] = nano with { Branches = [Branch.Short, Branch.Long] },
        ["shallow encoder"] = nano with { HighEncoder = HighEncoderKind.Shallow, ShortScale = 0.25 },
        ["shallow encoder alone"] = nano with { HighEncoder = HighEncoderKind.Shallow, Branches = [Branch.High] },
        ["convolutional context"] = nano with { LongEncoder = LongEncoderKind.Convolutional, Fusion = FusionKind.Concat },
        ["convolutional encoder"] = nano with { LongEncoder = LongEncoderKind.Convolutional, LongRangeTokens = null },
        ["three bands"] = nano with { Decomposition = DecompositionKind.AdaptiveThreeBands },
        ["three bands for all tokens"] = nano with { Decomposition = DecompositionKind.AdaptiveThreeBands, LongRangeTokens = null },
        ["one direction"] = nano with { HighDirections = 1 },
        ["other parts"] = nano with { Decomposition = DecompositionKind.Haar, Fusion = FusionKind.CrossAttention },
    };

    public static TheoryData<string> Others => [.. others.Keys];

    [Theory]
    [MemberData(nameof(Others))]
    public void A_variant_says_the_same(string variant) => Compare(others[variant], 67, 58);

    [Fact]
    public void Ids_are_the_classes_that_the_predictor_gives()
    {
        using var scope = NewDisposeScope();
        var model = OnnxRun.Trained(new F2NetModel(F2NetConfig.Nano(3)));
        double[] offsets = [0.1, -0.05, 0];
        var picture = Noise.Picture(58, 67, 3);
        using var run = Exported(model, 67, 58, offsets);

        var ids = run.Run<byte>(Pixels(picture), "ids");

        Assert.Equal([1, 67, 58], ids.shape);
        var want = new Predictor(model, offsets).Predict(picture).Ids;
        Assert.True(want.Distinct().Count() > 1);
        // A pixel on the fence may fall to the other side.
        Assert.InRange(ids.bytes.ToArray().Zip(want).Count(p => p.First != p.Second), 0, 2);
    }

    [Fact]
    public void A_runs_file_names_its_classes_and_decides_as_its_predictor_does()
    {
        using var scope = NewDisposeScope();
        TestDataSet.Write(folder, "train", pictures: 1, width: 96, height: 96);
        var data = PreparedDataSet.Open(folder.Path);
        var recipe = new TrainingRecipe
        {
            Iterations = 1,
            ClassWeightPower = 1,
            WeightCorrection = 1,
            Sampling = new() { CropSize = 64, BatchSize = 1 },
        };
        var run = RunFolder.Create(folder.File("run"), nano, recipe, data);
        using (var trainer = new Trainer(run, data))
            Assert.Single(trainer.Run());
        var picture = Noise.Picture(58, 67, 3);

        OnnxExport.Write(folder.File("net.onnx"), run, 67, 58);

        using var exported = new OnnxRun(File.ReadAllBytes(folder.File("net.onnx")));
        Assert.Equal(
            data.Info.Classes.Select(c => c.Name),
            System.Text.Json.JsonSerializer.Deserialize<string[]>(exported.Metadata["classes"])
        );
        var (want, got) = (Predictor.Of(run).Predict(picture).Ids, exported.Run<byte>(Pixels(picture), "ids").bytes.ToArray());
        Assert.InRange(got.Zip(want).Count(p => p.First != p.Second), 0, 2);
        using var plain = run.LoadModel();
        Assert.NotEqual(new Predictor(plain).Predict(picture).Ids, want);
    }

    [Fact]
    public void A_tensor_that_no_file_can_hold_is_one_sentence()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            "A network for images of this size takes more than the 2 GiB that an ONNX file may have; choose a smaller size.",
            Assert.Throws<UserException>(() => new OnnxGraph().Weight("w", empty([1L << 29]))).Message
        );
    }

    [Fact]
    public void The_file_says_what_goes_in_and_out()
    {
        using var scope = NewDisposeScope();
        using var run = Exported(new F2NetModel(F2NetConfig.Nano(3)), 48, 64);

        Assert.Equal([1, 3, 48, 64], run.Inputs["image"].Dimensions);
        Assert.Equal([1, 3, 48, 64], run.Outputs["logits"].Dimensions);
        Assert.Equal([1, 48, 64], run.Outputs["ids"].Dimensions);
        Assert.Equal(typeof(byte), run.Outputs["ids"].ElementType);
        Assert.Contains("\"longRangeTokens\": 16", run.Metadata["network"], StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_keep_their_state_names_and_one_copy()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetConfig.Nano(3));
        OnnxExport.Write(folder.File("net.onnx"), model, 64, 64);

        var file = File.ReadAllBytes(folder.File("net.onnx"));
        Assert.True(file.AsSpan().IndexOf("short.backbone.layer1.0.conv1.weight"u8) > 0);
        var weights = 4 * model.state_dict().Values.Sum(t => t.NumberOfElements);
        Assert.InRange(file.Length, weights, weights + 1_000_000);
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(64, 31)]
    public void Refuses_a_size_that_the_network_cannot_read(int height, int width)
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetConfig.Nano(3));

        var fault = Assert.Throws<UserException>(() => OnnxExport.Write(folder.File("net.onnx"), model, height, width));

        Assert.Equal($"A network for {height} x {width} pixels cannot be exported: F2Net needs at least 32 x 32.", fault.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Refuses_a_network_that_is_fed_with_noise()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetConfig.Nano(3) with { Decomposition = DecompositionKind.Noise });
        Assert.Equal(
            "A network that is fed with noise (decomposition noise) only checks a comparison and has no ONNX form; export another one.",
            Assert.Throws<UserException>(() => OnnxExport.Write(folder.File("net.onnx"), model, 64, 64)).Message
        );
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_older_one()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetConfig.Nano(3));
        var path = folder.File("net.onnx");
        File.WriteAllText(path, "older");
        Directory.CreateDirectory($"{path}.{Environment.ProcessId}.partial"); // in the way

        var fault = Assert.Throws<UserException>(() => OnnxExport.Write(path, model, 64, 64));

        Assert.Equal($"Cannot write {path}; choose a folder that you may write to and that has space left.", fault.Message);
        Assert.Equal("older", File.ReadAllText(path));
    }

    private void Compare(F2NetConfig config, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = OnnxRun.Trained(new F2NetModel(config));
        var picture = Noise.Picture(width, height, 1);
        using var run = Exported(model, height, width);

        var difference = OnnxRun.Difference(run.Run<float>(Pixels(picture), "logits"), model.call(ImageTensor.From(picture)));

        Assert.True(difference < Tolerance, $"{difference}");
    }

    private OnnxRun Exported(F2NetModel model, int height, int width, double[]? offsets = null)
    {
        OnnxExport.Write(folder.File("net.onnx"), model, height, width, offsets);
        return new OnnxRun(File.ReadAllBytes(folder.File("net.onnx")));
    }

    // A picture as a reader of the file gives it: bytes over 255.
    private static Tensor Pixels(Picture picture) =>
        tensor(
            Enumerable.Range(0, Picture.Channels).SelectMany(c => picture.Plane(c).ToArray()).Select(v => v / 255f).ToArray(),
            [1, Picture.Channels, picture.Height, picture.Width]
        );
}
