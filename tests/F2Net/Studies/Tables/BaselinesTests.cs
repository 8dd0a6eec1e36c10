using F2Net.Data;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Model.LongRange;
using F2Net.Studies;
using F2Net.Studies.Tables;
using F2Net.Tests.Data;
using F2Net.Tests.Model;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Studies.Tables;

public class BaselinesTests
{
    public static TheoryData<string> Names => [.. Baselines.Rows.Select(r => r.Name)];

    private static StudyRow Row(string name) => Baselines.Rows.Single(r => r.Name == name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_preset_makes_the_network_and_trains_it_with_cross_entropy_alone(string name)
    {
        foreach (var preset in new[] { StudyPreset.Nano, StudyPreset.Paper })
        {
            using var model = new F2NetModel(Row(name).Network(preset.Network(7)));
            Assert.Equal(HeadKind.Coarse, model.Config.Head);
            var recipe = Row(name).Recipe(preset.Recipe);
            Assert.Equal((0, 0, 1), (recipe.AlignmentWeight, recipe.BalanceWeight, recipe.TaskWeight));
            Assert.Equal((preset.Recipe.Iterations, preset.Recipe.Seed), (recipe.Iterations, recipe.Seed));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_have_the_image_s_size_whatever_it_is(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = new F2NetModel(Row(name).Network(F2NetModelTests.Tiny));
        model.eval();
        foreach (var (height, width) in new[] { (32L, 32L), (33L, 47L), (131L, 70L) })
        {
            var image = randn(2, 3, height, width);
            var logits = model.call(image);
            Assert.Equal([2, 5, height, width], logits.shape);
            var whole = model.Run(image).Logits;
            Assert.True((whole - logits).abs().max().item<float>() < 1e-4 * whole.abs().max().item<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_reach_every_parameter(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = new F2NetModel(Row(name).Network(F2NetConfig.Nano(5)));
        var loss = new F2NetLoss(model, Row(name).Recipe(TrainingRecipe.Nano).Losses([1, 1, 1, 1, 1], 255));
        var image = randn(2, 3, 130, 97);
        LongRangeContext context = new(randn(2, 3, 96, 96), [new(0, 0, 0.5, 0.5), new(0.25, 0.5, 0.5, 0.5)]);
        loss.call(model.Run(image, context), randint(0, 5, [2, 130, 97]).to(ScalarType.Int64)).Total.backward();
        Assert.All(
            model.named_parameters(),
            p => Assert.True(p.parameter.grad is { IsInvalid: false } g && g.abs().sum().item<float>() > 0, p.name)
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_few_steps_lower_the_loss(string name)
    {
        using var folder = new TempFolder();
        TestDataSet.Write(folder, "train", pictures: 2, width: 128, height: 96);
        var data = PreparedDataSet.Open(folder.Path);
        var recipe = Row(name).Recipe(TrainingRecipe.Nano);
        recipe = recipe with
        {
            Iterations = 14,
            WarmUp = 0,
            Sampling = recipe.Sampling with { CropSize = 64, BatchSize = 2, LargeCropEvery = 0 },
        };
        var run = RunFolder.Create(Path.Combine(folder.Path, "run"), Row(name).Network(F2NetConfig.Nano(3)), recipe, data);
        using (var trainer = new Trainer(run, data))
            Assert.Equal(14, trainer.Run().Count());
        var history = run.History();
        Assert.All(history, record => Assert.Equal(record.Task, record.Total, 1e-6));
        Assert.True(history.TakeLast(4).Average(r => r.Task) < history.Take(4).Average(r => r.Task));

        var picture = data.Split("train").Samples[0].Image;
        var mask = Row(name).Inference.Of(run, CPU)(picture, default);
        Assert.Equal((picture.Width, picture.Height), (mask.Width, mask.Height));
    }

    [Fact]
    public void At_a_quarter_a_crop_has_as_many_positions_as_the_full_network_s_has_at_a_half()
    {
        foreach (var preset in new[] { StudyPreset.Nano, StudyPreset.Paper })
        foreach (var row in new[] { Baselines.GlobalOnly, Baselines.ShallowDeep })
        {
            var (full, wide) = (preset.Recipe.Sampling, row.Recipe(preset.Recipe).Sampling);
            Assert.Equal(full.CropSize * 0.5, wide.CropSize * row.Network(preset.Network(2)).ShortScale);
            Assert.Equal(full.LargeCropSize * 0.5, wide.LargeCropSize * 0.25);
            Assert.Equal(full.BatchSize, wide.BatchSize);
        }
    }

    [Fact]
    public void Patches_are_as_large_in_training_as_when_they_are_stitched()
    {
        foreach (var row in new[] { Baselines.PatchesOnly, Baselines.GlobalLocal })
        {
            Assert.Equal("patches of 500", row.Inference.Name);
            var sampling = row.Recipe(TrainingRecipe.Nano).Sampling;
            Assert.Equal((500, 1, 0), (sampling.CropSize, sampling.BatchSize, sampling.LargeCropEvery));
        }
    }
}
