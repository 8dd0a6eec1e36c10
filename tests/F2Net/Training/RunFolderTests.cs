using F2Net.Data;
using F2Net.Losses;
using F2Net.Tests.Data;
using F2Net.Training;
using static F2Net.Tests.Training.TrainedRuns;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

public sealed class RunFolderTests : IDisposable
{
    private readonly TrainedRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void Refuses_to_go_on_with_other_classes_or_other_masks()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        File.WriteAllText(runs.Folder.File("dataset.json"), TestDataSet.Json.Replace("lake", "pond", StringComparison.Ordinal));
        Assert.Equal(
            $"{run.Path} is of sea, land, lake (ignore index 255), the data set of sea, land, pond (ignore index 255); give a data set of the run's classes.",
            Assert.Throws<UserException>(() => new Trainer(run, PreparedDataSet.Open(runs.Folder.Path))).Message
        );
        TestDataSet.Write(runs.Folder, "train", pictures: 3, width: 128, height: 96);
        var more = PreparedDataSet.Open(runs.Folder.Path);
        Assert.Equal(
            $"{run.Path} was begun with other masks of train than the data set's now; give the data it was begun with, or start anew.",
            Assert.Throws<UserException>(() => new Trainer(run, more)).Message
        );
        Assert.False(RunFolder.Continue(run.Path, Network, Recipe, more).HasCheckpoint);
    }

    [Fact]
    public void What_cannot_be_trained_makes_no_run()
    {
        var large = Recipe with { Sampling = Recipe.Sampling with { CropSize = 100 } };
        Assert.Throws<UserException>(() => RunFolder.Create(runs.Folder.File("run"), Network, large, runs.Data));
        var wide = Recipe with { Sampling = Recipe.Sampling with { ContextSizes = [200] } };
        Assert.Equal(
            "The recipe's contexts have 200 pixels a side, more than the network's 128 (longRangeTokens x longPatch); set sampling.contextBudget to 128.",
            Assert.Throws<UserException>(() => RunFolder.Create(runs.Folder.File("run"), Network, wide, runs.Data)).Message
        );
        var narrow = Recipe with { Sampling = Recipe.Sampling with { ContextBudget = 7 } };
        Assert.Equal(
            "The recipe's contexts have 7 pixels a side, fewer than one patch of the network's (longPatch 8); set sampling.contextBudget to 8 or more.",
            Assert.Throws<UserException>(() => RunFolder.Create(runs.Folder.File("run"), Network, narrow, runs.Data)).Message
        );
        var learned = Recipe with { LossWeighting = LossWeighting.Learned, TaskWeight = 0 };
        Assert.Equal(
            "Learned weights start at alignmentWeight (0.1), balanceWeight (0.1) and taskWeight (0): make the last above 0 and the others at least 0 in the recipe, or choose lossWeighting fixed.",
            Assert.Throws<UserException>(() => RunFolder.Create(runs.Folder.File("run"), Network, learned, runs.Data)).Message
        );
        Assert.False(Directory.Exists(runs.Folder.File("run")));
    }

    [Fact]
    public void Refuses_to_publish_a_run_over_itself_or_over_something_else()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        Assert.Equal(
            $"{run.Path} is the run itself; choose another folder to publish it in.",
            Assert.Throws<UserException>(() => run.Publish(run.Path)).Message
        );
        Assert.Equal(
            $"{runs.Folder.Path} holds something else than a run; choose an empty folder, or one that a run was published in.",
            Assert.Throws<UserException>(() => run.Publish(runs.Folder.Path)).Message
        );
        Assert.True(run.HasCheckpoint);
    }

    [Fact]
    public void Refuses_to_start_over_an_existing_run()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        Assert.Equal(
            $"{run.Path} already holds a training run; say --resume to continue it, or choose another folder.",
            Assert.Throws<UserException>(() => RunFolder.Create(run.Path, Network, Recipe, runs.Data)).Message
        );
    }

    [Fact]
    public void A_run_of_the_same_network_and_recipe_goes_on()
    {
        var run = runs.Train("run", Recipe, steps: 2);
        // Equal in what they say, not the same objects.
        var (network, recipe) = (
            Network with
            {
                HighDims = [.. Network.HighDims],
            },
            Recipe with
            {
                Sampling = Recipe.Sampling with { ContextSizes = [96] },
            }
        );
        Assert.Equal(2, RunFolder.Continue(run.Path, network, recipe, runs.Data).History().Count);
    }

    [Fact]
    public void A_run_of_another_network_starts_anew()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        Assert.False(RunFolder.Continue(run.Path, Network with { FusionChannels = 16 }, Recipe, runs.Data).HasCheckpoint);
    }

    [Fact]
    public void A_run_of_another_recipe_starts_anew()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        var recipe = Recipe with { Sampling = Recipe.Sampling with { ContextSizes = [80] } };
        Assert.False(RunFolder.Continue(run.Path, Network, recipe, runs.Data).HasCheckpoint);
    }

    [Fact]
    public void A_run_stays_when_what_would_take_its_place_cannot_be_trained()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        var large = Recipe with { Sampling = Recipe.Sampling with { CropSize = 100 } };
        Assert.Throws<UserException>(() => RunFolder.Continue(run.Path, Network, large, runs.Data));
        Assert.True(RunFolder.Open(run.Path).HasCheckpoint);
    }

    [Fact]
    public void A_damaged_run_starts_anew()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        File.WriteAllText(Path.Combine(run.Path, "data.json"), "{");
        Assert.False(RunFolder.Continue(run.Path, Network, Recipe, runs.Data).HasCheckpoint);
    }

    [Fact]
    public void A_published_run_predicts_nearly_the_same_with_a_fraction_of_the_bytes()
    {
        using var scope = NewDisposeScope();
        var run = runs.Train("run", Recipe, steps: 1);
        var published = run.Publish(Path.Combine(runs.Folder.Path, "published"));
        var image = rand(1, 3, 64, 64);

        var (exact, half) = (run.LoadModel().call(image), published.LoadModel().call(image));

        Assert.True((exact - half).abs().max().item<float>() < 0.02 * exact.abs().max().item<float>());
        Assert.True(SizeOf(published) < 0.2 * SizeOf(run));
        Assert.Equal(run.History().Count, published.History().Count);
        static long SizeOf(RunFolder r) => new FileInfo(Directory.GetFiles(r.Path, "*.safetensors").Single()).Length;
    }

    [Fact]
    public void Publishing_again_replaces_what_was_there()
    {
        var path = Path.Combine(runs.Folder.Path, "published");
        runs.Train("run", Recipe, steps: 1).Publish(path);
        Assert.Equal(2, runs.Train("run", Recipe, steps: 1).Publish(path).History().Count);
    }

    [Fact]
    public void Refuses_to_predict_with_a_run_that_has_no_checkpoint()
    {
        var run = RunFolder.Create(Path.Combine(runs.Folder.Path, "new"), Network, Recipe, runs.Data);
        Assert.Equal(
            $"{run.Path} has no checkpoint yet; train it for at least one step.",
            Assert.Throws<UserException>(() => run.LoadModel()).Message
        );
    }

    [Fact]
    public void Refuses_a_folder_without_a_run() =>
        Assert.Equal(
            $"{runs.Folder.Path} holds no training run (recipe.json is missing); check the path, or train one first.",
            Assert.Throws<UserException>(() => RunFolder.Open(runs.Folder.Path)).Message
        );
}
