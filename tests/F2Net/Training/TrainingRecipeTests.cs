using F2Net.Model;
using F2Net.Tests.Model;
using F2Net.Training;

namespace F2Net.Tests.Training;

public class TrainingRecipeTests
{
    [Fact]
    public void The_rate_rises_over_the_warm_up_and_then_falls_as_a_polynomial()
    {
        var recipe = new TrainingRecipe
        {
            Iterations = 100,
            LearningRate = 1,
            WarmUp = 4,
        };
        Assert.Equal(0.25, recipe.RateAt(0));
        Assert.Equal(Math.Pow(0.5, 0.9), recipe.RateAt(50), 1e-12);
        Assert.True(recipe.RateAt(99) is > 0 and < 0.02);
    }

    [Fact]
    public void Class_weights_have_a_mean_of_one_over_pixels_and_leave_absent_classes_out()
    {
        var weights = new TrainingRecipe { ClassWeightPower = 0.5 }.ClassWeights([900, 100, 0]);
        Assert.Equal(1, 0.9 * weights[0] + 0.1 * weights[1], 1e-12);
        Assert.Equal(3, weights[1] / weights[0], 1e-12); // (0.1 / 0.9)^-½
        Assert.Equal(0, weights[2]);
    }

    [Fact]
    public void The_correction_takes_the_weights_off_the_logits()
    {
        var recipe = new TrainingRecipe { ClassWeightPower = 0.5, WeightCorrection = 1 };
        var weights = recipe.ClassWeights([900, 100]);
        Assert.Equal([-Math.Log(weights[0]), -Math.Log(weights[1])], recipe.LogitOffsets([900, 100]));
        Assert.Null(new TrainingRecipe().LogitOffsets([900, 100]));
    }

    [Fact]
    public void Without_a_recipe_the_batch_is_the_paper_s() =>
        Assert.Equal(8, new TrainingRecipe().Accumulation * new TrainingRecipe().Sampling.BatchSize);

    [Theory]
    [InlineData("""{"iterations": 0}""", "iterations is 0; give 1 or more.")]
    [InlineData("""{"accumulation": 0}""", "accumulation is 0; give 1 or more.")]
    [InlineData("""{"checkpointEvery": 0}""", "checkpointEvery is 0; give 1 or more.")]
    [InlineData("""{"sampling": {"batchSize": 0}}""", "sampling.batchSize is 0; give 1 or more.")]
    [InlineData("""{"alignmentWeight": -0.1}""", "alignmentWeight is -0.1; give 0 or more.")]
    [InlineData("""{"balanceWeight": -0.1}""", "balanceWeight is -0.1; give 0 or more.")]
    [InlineData("""{"taskWeight": -1}""", "taskWeight is -1; give 0 or more.")]
    [InlineData("""{"clipNorm": 0}""", "clipNorm is 0; give more than 0, or null for none.")]
    [InlineData("""{"clipNorm": -5}""", "clipNorm is -5; give more than 0, or null for none.")]
    [InlineData("""{"weights": [null]}""", "weights has a null in place of a file; name the file, or take the null out.")]
    [InlineData("""{"sampling": {"cropSize": 16}}""", "sampling.cropSize is 16; give 32 or more.")]
    [InlineData("""{"sampling": {"contextBudget": 0}}""", "sampling.contextBudget is 0; give 1 or more.")]
    [InlineData(
        """{"sampling": {"cropSize": 512, "batchSize": 1024}}""",
        "a batch of 1024 x 512 x 512 pixels takes more than 2 GiB; make sampling.cropSize or sampling.batchSize smaller (accumulation makes up for smaller batches)."
    )]
    [InlineData(
        """{"sampling": {"largeCropEvery": 2, "largeCropSize": 13378}}""",
        "a batch of 1 x 13378 x 13378 pixels takes more than 2 GiB; make sampling.largeCropSize smaller."
    )]
    public void Refuses_values_that_no_run_can_have(string json, string sentence)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("recipe.json"), json);
        Assert.Equal(
            $"{folder.File("recipe.json")}: {sentence}",
            Assert.Throws<UserException>(() => TrainingRecipe.Read(folder.File("recipe.json"))).Message
        );
    }

    [Fact]
    public void A_weight_or_norm_that_is_no_number_is_refused()
    {
        Assert.Equal(
            "The recipe: taskWeight is NaN; give 0 or more.",
            Assert.Throws<UserException>(() => new TrainingRecipe { TaskWeight = double.NaN }.Validate("The recipe")).Message
        );
        Assert.Equal(
            "The recipe: clipNorm is NaN; give more than 0, or null for none.",
            Assert.Throws<UserException>(() => new TrainingRecipe { ClipNorm = double.NaN }.Validate("The recipe")).Message
        );
    }

    [Theory]
    [InlineData("""{"clipNorm": null, "alignmentWeight": 0, "balanceWeight": 0}""")]
    [InlineData("""{"sampling": {"cropSize": 512, "batchSize": 682}}""")]
    [InlineData("""{"sampling": {"largeCropEvery": 0, "largeCropSize": 13378}}""")]
    [InlineData("""{"sampling": {"largeCropEvery": 2, "largeCropSize": 13377}}""")]
    public void Takes_values_that_a_run_can_just_have(string json)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("recipe.json"), json);
        TrainingRecipe.Read(folder.File("recipe.json"));
    }

    [Fact]
    public void A_batch_with_one_value_a_channel_is_refused()
    {
        static TrainingRecipe Crops(int size, int batch) =>
            new()
            {
                Sampling = new() { CropSize = size, BatchSize = batch },
            };
        var coarse = F2NetModelTests.Tiny with { Branches = [Branch.High], HighScale = 0.25 };
        Assert.Equal(
            "A batch of one crop of 128 pixels is one position of the network's fused features, too few for batch norm; make sampling.batchSize at least 2, or sampling.cropSize larger than 128.",
            Assert.Throws<UserException>(() => Crops(128, 1).CheckNorms(coarse)).Message
        );
        Crops(160, 1).CheckNorms(coarse);
        Crops(128, 2).CheckNorms(coarse);
        Crops(32, 1).CheckNorms(F2NetModelTests.Tiny);
        Assert.Throws<UserException>(() => Crops(32, 1).CheckNorms(F2NetModelTests.Tiny with { ShortScale = 0.25, LongScale = 0.25 }));
        var large = Crops(160, 2) with { Sampling = Crops(160, 2).Sampling with { LargeCropEvery = 2, LargeCropSize = 128 } };
        Assert.EndsWith(
            "make sampling.largeCropSize larger than 128.",
            Assert.Throws<UserException>(() => large.CheckNorms(coarse)).Message,
            StringComparison.Ordinal
        );
        Crops(32, 1).CheckNorms(F2NetConfig.Nano(5) with { Branches = [Branch.Long], Head = HeadKind.Coarse });
    }

    [Fact]
    public void A_recipe_comes_back_from_its_file_and_an_unknown_key_is_refused()
    {
        using var folder = new TempFolder();
        var file = folder.File("recipe.json");
        JsonFile.Write(file, TrainingRecipe.Nano);
        Assert.Equivalent(TrainingRecipe.Nano, TrainingRecipe.Read(file), strict: true);

        File.WriteAllText(file, """{"learningRat": 1}""");
        Assert.Equal(
            $"{file}: unknown key \"learningRat\"; correct the file.",
            Assert.Throws<UserException>(() => TrainingRecipe.Read(file)).Message
        );
    }
}
