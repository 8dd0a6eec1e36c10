using F2Net.Data;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly F2NetConfig Network = F2NetConfig.Nano(3) with { HighDropPath = 0.2 };
    private static readonly TrainingRecipe Recipe = new()
    {
        Iterations = 6,
        Optimizer = OptimizerKind.AdamW,
        CheckpointEvery = 100,
        Sampling = new()
        {
            CropSize = 64,
            BatchSize = 2,
            ContextSizes = [96],
        },
    };

    private readonly TempFolder folder = new();
    private readonly PreparedDataSet data;

    public TrainerTests()
    {
        TestDataSet.Write(folder, "train", pictures: 2, width: 128, height: 96);
        data = PreparedDataSet.Open(folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_resumed_run_continues_to_the_same_numbers(int accumulation)
    {
        var recipe = Recipe with { Accumulation = accumulation };
        var whole = Train("whole", recipe, steps: 6);
        Train("stopped", recipe, steps: 2);
        var resumed = Train("stopped", recipe, steps: 4);
        Assert.Equal(Numbers(whole), Numbers(resumed));
    }

    [Fact]
    public void Records_after_the_last_checkpoint_are_written_again()
    {
        var recipe = Recipe with { Iterations = 3, CheckpointEvery = 2 };
        Train("whole", recipe, steps: 3);
        // A run that died in its third step: the checkpoint holds two, the history three.
        var died = Path.Combine(folder.Path, "died");
        CopyFolder(Train("two", recipe, steps: 2).Path, died);
        File.AppendAllLines(
            Path.Combine(died, "history.jsonl"),
            File.ReadLines(Path.Combine(folder.Path, "whole", "history.jsonl")).TakeLast(1)
        );
        Assert.Equal([1, 2, 3], Train("died", recipe, steps: 1).History().Select(r => r.Step));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void The_loss_falls(OptimizerKind optimizer)
    {
        var recipe = Recipe with { Iterations = 12, Optimizer = optimizer, LearningRate = optimizer == OptimizerKind.Sgd ? 0.05 : 2e-3 };
        var history = Train("run", recipe, steps: 12).History();
        Assert.True(history.TakeLast(4).Average(r => r.Task) < history.Take(4).Average(r => r.Task));
    }

    [Fact]
    public void A_record_holds_every_part_of_the_loss_and_every_branch()
    {
        var record = Train("run", Recipe with { Accumulation = 2, ClipNorm = 1 }, steps: 1).History()[0];
        Assert.Equal(record.Task + 0.1 * record.Alignment + 0.1 * record.Balance, record.Total, 1e-4);
        Assert.Equal([Branch.High, Branch.Short, Branch.Long], record.GradientNorms.Keys.Order());
        Assert.All(record.GradientNorms.Values, norm => Assert.True(norm > 0));
        Assert.Equal(1e-3, record.LearningRate);
    }

    [Fact]
    public void Learned_weights_begin_as_the_recipes_move_and_are_resumed()
    {
        var recipe = Recipe with { LossWeighting = LossWeighting.Learned, LearningRate = 1e-2, WeightDecay = 0.5 };
        var whole = Train("whole", recipe, steps: 6);
        Train("stopped", recipe, steps: 2);
        Assert.Equal(Numbers(whole), Numbers(Train("stopped", recipe, steps: 4)));

        var weights = whole.History().Select(r => r.LearnedWeights!.Value).ToArray();
        Assert.Equal(0.1, weights[0].Alignment, 6);
        Assert.Equal(0.1, weights[0].Balance, 6);
        Assert.Equal(1, weights[0].Task, 6);
        Assert.Equal(6, weights.Distinct().Count());
        Assert.Null(Train("fixed", Recipe, steps: 1).History()[0].LearnedWeights);
        Assert.DoesNotContain(
            "learnedWeights",
            File.ReadAllText(Path.Combine(folder.Path, "fixed", "history.jsonl")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        var run = RunFolder.Create(Path.Combine(folder.Path, "run"), Network, Recipe with { Iterations = 12 }, data);
        using var trainer = new Trainer(run, data);
        LiveTensors.Count();
        var counts = trainer.Run().Select(_ => Tensor.TotalCount).ToArray();
        // A batch drawn ahead on the other thread has three tensors, or none yet.
        Assert.InRange(counts[^1] - counts[1], -3, 3);
    }

    [Fact]
    public void Refuses_a_checkpoint_of_another_configuration()
    {
        var run = Train("run", Recipe, steps: 1);
        JsonFile.Write(Path.Combine(run.Path, "network.json"), Network with { FusionChannels = 16 });
        Assert.EndsWith(
            "in this network; use the configuration it was trained with.",
            Assert.Throws<UserException>(() => RunFolder.Open(run.Path).LoadModel()).Message
        );
    }

    [Fact]
    public void Refuses_a_truncated_checkpoint()
    {
        var run = Train("run", Recipe, steps: 1);
        var file = Directory.GetFiles(run.Path, "*.safetensors").Single();
        using (var stream = File.OpenWrite(file))
            stream.SetLength(stream.Length / 2);
        Assert.StartsWith($"{file} is truncated", Assert.Throws<UserException>(() => new Trainer(run, data)).Message);
    }

    [Fact]
    public void Says_when_the_loss_is_lost()
    {
        var recipe = Recipe with { LearningRate = 1e30, Optimizer = OptimizerKind.Sgd };
        var message = Assert.Throws<DivergenceException>(() => Train("run", recipe, steps: 6)).Message;
        Assert.EndsWith("lower learningRate or set clipNorm in recipe.json and start again.", message);
    }

    [Fact]
    public void A_gradient_that_is_lost_changes_no_weight()
    {
        // The loss is some 1e37, which float32 still holds; its gradient is larger than any float32.
        var run = RunFolder.Create(folder.File("run"), Network, Recipe with { BalanceWeight = 3e38 }, data);
        using var trainer = new Trainer(run, data);
        var weights = trainer.Model.parameters().Select(p => p.clone()).ToList();
        Assert.StartsWith(
            "The gradient's norm became ",
            Assert.Throws<DivergenceException>(() => trainer.Run().Count()).Message,
            StringComparison.Ordinal
        );
        Assert.All(weights.Zip(trainer.Model.parameters()), p => Assert.True((p.First == p.Second).all().item<bool>()));
        Assert.False(run.HasCheckpoint);
    }

    [Fact]
    public void A_history_whose_last_line_was_cut_short_goes_on()
    {
        var run = Train("run", Recipe, steps: 2);
        File.AppendAllText(Path.Combine(run.Path, "history.jsonl"), "{\"step\": 3, \"to");
        Assert.Equal([1, 2], run.History().Select(r => r.Step));
        Assert.Equal([1, 2, 3], Train("run", Recipe, steps: 1).History().Select(r => r.Step));
    }

    [Fact]
    public void A_run_is_trained_by_one_trainer_at_a_time()
    {
        var run = Train("run", Recipe, steps: 1);
        using (new Trainer(run, data))
            Assert.Equal(
                $"{run.Path} is being trained by another process; wait for it, or stop it.",
                Assert.Throws<UserException>(() => new Trainer(run, data)).Message
            );
        using var again = new Trainer(run, data);
        Assert.Equal(1, again.Iteration);
    }

    [Fact]
    public void Refuses_to_go_on_with_other_classes_or_other_masks()
    {
        var run = Train("run", Recipe, steps: 1);
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json.Replace("lake", "pond", StringComparison.Ordinal));
        Assert.Equal(
            $"{run.Path} is of sea, land, lake (ignore index 255), the data set of sea, land, pond (ignore index 255); give a data set of the run's classes.",
            Assert.Throws<UserException>(() => new Trainer(run, PreparedDataSet.Open(folder.Path))).Message
        );
        TestDataSet.Write(folder, "train", pictures: 3, width: 128, height: 96);
        var more = PreparedDataSet.Open(folder.Path);
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
        Assert.Throws<UserException>(() => RunFolder.Create(folder.File("run"), Network, large, data));
        var wide = Recipe with { Sampling = Recipe.Sampling with { ContextSizes = [200] } };
        Assert.Equal(
            "The recipe's contexts have 200 pixels a side, more than the network's 128 (longRangeTokens x longPatch); set sampling.contextBudget to 128.",
            Assert.Throws<UserException>(() => RunFolder.Create(folder.File("run"), Network, wide, data)).Message
        );
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void Refuses_to_publish_a_run_over_itself_or_over_something_else()
    {
        var run = Train("run", Recipe, steps: 1);
        Assert.Equal(
            $"{run.Path} is the run itself; choose another folder to publish it in.",
            Assert.Throws<UserException>(() => run.Publish(run.Path)).Message
        );
        Assert.Equal(
            $"{folder.Path} holds something else than a run; choose an empty folder, or one that a run was published in.",
            Assert.Throws<UserException>(() => run.Publish(folder.Path)).Message
        );
        Assert.True(run.HasCheckpoint);
    }

    [Fact]
    public void Refuses_to_start_over_an_existing_run()
    {
        var run = Train("run", Recipe, steps: 1);
        Assert.Equal(
            $"{run.Path} already holds a training run; say --resume to continue it, or choose another folder.",
            Assert.Throws<UserException>(() => RunFolder.Create(run.Path, Network, Recipe, data)).Message
        );
    }

    [Fact]
    public void A_run_of_the_same_network_and_recipe_goes_on()
    {
        var run = Train("run", Recipe, steps: 2);
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
        Assert.Equal(2, RunFolder.Continue(run.Path, network, recipe, data).History().Count);
    }

    [Fact]
    public void A_run_of_another_network_starts_anew()
    {
        var run = Train("run", Recipe, steps: 1);
        Assert.False(RunFolder.Continue(run.Path, Network with { FusionChannels = 16 }, Recipe, data).HasCheckpoint);
    }

    [Fact]
    public void A_run_of_another_recipe_starts_anew()
    {
        var run = Train("run", Recipe, steps: 1);
        var recipe = Recipe with { Sampling = Recipe.Sampling with { ContextSizes = [80] } };
        Assert.False(RunFolder.Continue(run.Path, Network, recipe, data).HasCheckpoint);
    }

    [Fact]
    public void A_run_stays_when_what_would_take_its_place_cannot_be_trained()
    {
        var run = Train("run", Recipe, steps: 1);
        var large = Recipe with { Sampling = Recipe.Sampling with { CropSize = 100 } };
        Assert.Throws<UserException>(() => RunFolder.Continue(run.Path, Network, large, data));
        Assert.True(RunFolder.Open(run.Path).HasCheckpoint);
    }

    [Fact]
    public void A_damaged_run_starts_anew()
    {
        var run = Train("run", Recipe, steps: 1);
        File.WriteAllText(Path.Combine(run.Path, "data.json"), "{");
        Assert.False(RunFolder.Continue(run.Path, Network, Recipe, data).HasCheckpoint);
    }

    [Fact]
    public void A_published_run_predicts_nearly_the_same_with_a_fraction_of_the_bytes()
    {
        using var scope = NewDisposeScope();
        var run = Train("run", Recipe, steps: 1);
        var published = run.Publish(Path.Combine(folder.Path, "published"));
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
        var path = Path.Combine(folder.Path, "published");
        Train("run", Recipe, steps: 1).Publish(path);
        Assert.Equal(2, Train("run", Recipe, steps: 1).Publish(path).History().Count);
    }

    [Fact]
    public void Refuses_to_predict_with_a_run_that_has_no_checkpoint()
    {
        var run = RunFolder.Create(Path.Combine(folder.Path, "new"), Network, Recipe, data);
        Assert.Equal(
            $"{run.Path} has no checkpoint yet; train it for at least one step.",
            Assert.Throws<UserException>(() => run.LoadModel()).Message
        );
    }

    [Fact]
    public void Refuses_a_folder_without_a_run() =>
        Assert.Equal(
            $"{folder.Path} holds no training run (recipe.json is missing); check the path, or train one first.",
            Assert.Throws<UserException>(() => RunFolder.Open(folder.Path)).Message
        );

    private RunFolder Train(string name, TrainingRecipe recipe, int steps)
    {
        var path = Path.Combine(folder.Path, name);
        var run = Directory.Exists(path) ? RunFolder.Open(path) : RunFolder.Create(path, Network, recipe, data);
        using var cancellation = new CancellationTokenSource();
        using var trainer = new Trainer(run, data);
        var last = trainer.Iteration + steps;
        foreach (var record in trainer.Run(cancellation.Token))
            if (record.Step == last)
                cancellation.Cancel();
        return run;
    }

    private static IEnumerable<(double, double, double)> Numbers(RunFolder run) =>
        run.History().Select(r => (r.Total, r.GradientNorms[Branch.High], r.LearningRate));

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
