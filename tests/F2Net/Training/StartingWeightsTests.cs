using F2Net.Data;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;
using F2Net.Weights;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

public sealed class StartingWeightsTests : IDisposable
{
    private const string Name = "long.blocks.1.attn.proj.weight";

    private readonly TempFolder folder = new();
    private readonly PreparedDataSet data;

    public StartingWeightsTests()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 96, height: 96);
        data = PreparedDataSet.Open(folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_starts_from_them_and_goes_on_without_the_file()
    {
        using var scope = NewDisposeScope();
        var run = Create(Write((Name, full(64, 64, 0.25)), ("cfal.proj_sl.bias", full(32, 0.5))));
        using (var trainer = new Trainer(run, data))
        {
            AssertAll(0.25f, trainer.Model.state_dict()[Name]);
            Assert.Equal(0, trainer.Iteration);
        }

        // Stopped before its first step, the file gone.
        File.Delete(run.Recipe.Weights[0].File);
        using var resumed = new Trainer(RunFolder.Open(run.Path), data);
        AssertAll(0.25f, resumed.Model.state_dict()[Name]);
        Assert.Single(resumed.Run());
    }

    [Fact]
    public void Weights_that_no_file_names_start_as_they_would_without()
    {
        using var scope = NewDisposeScope();
        using var with = new Trainer(Create(Write((Name, zeros(64, 64)))), data);
        using var without = new Trainer(RunFolder.Create(Path.Combine(folder.Path, "plain"), F2NetConfig.Nano(3), Recipe, data), data);
        var (a, b) = (with.Model.state_dict(), without.Model.state_dict());
        Assert.Equal([Name], a.Keys.Where(name => !(a[name] == b[name]).all().item<bool>()));
    }

    [Fact]
    public void The_recipe_of_a_run_names_the_file_and_what_it_held()
    {
        using var scope = NewDisposeScope();
        var file = Write((Name, zeros(64, 64)));
        var weights = Assert.Single(RunFolder.Open(Create(file).Path).Recipe.Weights);
        Assert.Equal(
            (file, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))),
            (weights.File, weights.Sha256)
        );
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_before_the_run_is_made()
    {
        using var scope = NewDisposeScope();
        var file = Write((Name, zeros(192, 192)));
        Assert.Equal(
            $"{Name} has shape [192, 192] in {file} but [64, 64] in this network; use the configuration it was trained with.",
            Assert.Throws<UserException>(() => Create(file)).Message
        );
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "run")));
    }

    [Fact]
    public void A_file_that_changed_is_refused()
    {
        using var scope = NewDisposeScope();
        var weights = StartingWeights.Of(Write((Name, zeros(64, 64))));
        Write((Name, ones(64, 64)));
        var recipe = Recipe with { Weights = [weights] };
        Assert.Equal(
            $"{weights.File} is not the file that the recipe names: its SHA-256 differs from {weights.Sha256}; find that file, or correct the recipe.",
            Assert
                .Throws<UserException>(() => RunFolder.Create(Path.Combine(folder.Path, "run"), F2NetConfig.Nano(3), recipe, data))
                .Message
        );
    }

    [Fact]
    public void A_file_that_was_not_imported_is_refused_with_the_way_to_do_so()
    {
        using var scope = NewDisposeScope();
        var published = Write(("blocks.0.attn.qkv.weight", zeros(192, 64)));
        Assert.Equal(
            $"{published} holds 'blocks.0.attn.qkv.weight', which this network does not have; choose the network it is for, or bring it into the network's names first: f2net weights import {published} --for PART --out NEW.safetensors.",
            Assert.Throws<UserException>(() => Create(published)).Message
        );
        var saved = folder.File("resnet18.pth");
        File.WriteAllBytes(saved, new Weights.Checkpoints.TorchFiles().Zip(new List<(object?, object?)>()));
        Assert.Equal(
            $"{saved} is a file of torch.save; bring it into the network's names first: f2net weights import {saved} --for PART --out NEW.safetensors.",
            Assert.Throws<UserException>(() => Create(saved)).Message
        );
    }

    private static TrainingRecipe Recipe =>
        new()
        {
            Iterations = 1,
            Sampling = new() { CropSize = 64, BatchSize = 2 },
        };

    private RunFolder Create(string file) =>
        RunFolder.Create(Path.Combine(folder.Path, "run"), F2NetConfig.Nano(3), Recipe with { Weights = [StartingWeights.Of(file)] }, data);

    private string Write(params (string Name, Tensor Tensor)[] weights)
    {
        Safetensors.Write(folder.File("w.safetensors"), weights.ToDictionary(w => w.Name, w => w.Tensor));
        return folder.File("w.safetensors");
    }

    private static void AssertAll(float want, Tensor got) => Assert.True((got == want).all().item<bool>());
}
