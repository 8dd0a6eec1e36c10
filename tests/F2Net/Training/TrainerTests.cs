using F2Net.Losses;
using F2Net.Model;
using F2Net.Training;
using static F2Net.Tests.Training.TrainedRuns;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TrainedRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_resumed_run_continues_to_the_same_numbers(int accumulation)
    {
        var recipe = Recipe with { Accumulation = accumulation };
        var whole = runs.Train("whole", recipe, steps: 6);
        runs.Train("stopped", recipe, steps: 2);
        var resumed = runs.Train("stopped", recipe, steps: 4);
        Assert.Equal(Numbers(whole), Numbers(resumed));
    }

    [Fact]
    public void Records_after_the_last_checkpoint_are_written_again()
    {
        var recipe = Recipe with { Iterations = 3, CheckpointEvery = 2 };
        runs.Train("whole", recipe, steps: 3);
        // A run that died in its third step: the checkpoint holds two, the history three.
        var died = Path.Combine(runs.Folder.Path, "died");
        CopyFolder(runs.Train("two", recipe, steps: 2).Path, died);
        File.AppendAllLines(
            Path.Combine(died, "history.jsonl"),
            File.ReadLines(Path.Combine(runs.Folder.Path, "whole", "history.jsonl")).TakeLast(1)
        );
        Assert.Equal([1, 2, 3], runs.Train("died", recipe, steps: 1).History().Select(r => r.Step));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void The_loss_falls(OptimizerKind optimizer)
    {
        var recipe = Recipe with { Iterations = 12, Optimizer = optimizer, LearningRate = optimizer == OptimizerKind.Sgd ? 0.05 : 2e-3 };
        var history = runs.Train("run", recipe, steps: 12).History();
        Assert.True(history.TakeLast(4).Average(r => r.Task) < history.Take(4).Average(r => r.Task));
    }

    [Fact]
    public void A_record_holds_every_part_of_the_loss_and_every_branch()
    {
        var record = runs.Train("run", Recipe with { Accumulation = 2, ClipNorm = 1 }, steps: 1).History()[0];
        Assert.Equal(record.Task + 0.1 * record.Alignment + 0.1 * record.Balance, record.Total, 1e-4);
        Assert.Equal([Branch.High, Branch.Short, Branch.Long], record.GradientNorms.Keys.Order());
        Assert.All(record.GradientNorms.Values, norm => Assert.True(norm > 0));
        Assert.Equal(1e-3, record.LearningRate);
    }

    [Fact]
    public void Learned_weights_begin_as_the_recipes_move_and_are_resumed()
    {
        var recipe = Recipe with { LossWeighting = LossWeighting.Learned, LearningRate = 1e-2, WeightDecay = 0.5 };
        var whole = runs.Train("whole", recipe, steps: 6);
        runs.Train("stopped", recipe, steps: 2);
        Assert.Equal(Numbers(whole), Numbers(runs.Train("stopped", recipe, steps: 4)));

        var weights = whole.History().Select(r => r.LearnedWeights!.Value).ToArray();
        Assert.Equal(0.1, weights[0].Alignment, 6);
        Assert.Equal(0.1, weights[0].Balance, 6);
        Assert.Equal(1, weights[0].Task, 6);
        Assert.Equal(6, weights.Distinct().Count());
        Assert.Null(runs.Train("fixed", Recipe, steps: 1).History()[0].LearnedWeights);
        Assert.DoesNotContain(
            "learnedWeights",
            File.ReadAllText(Path.Combine(runs.Folder.Path, "fixed", "history.jsonl")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        var run = RunFolder.Create(Path.Combine(runs.Folder.Path, "run"), Network, Recipe with { Iterations = 12 }, runs.Data);
        using var trainer = new Trainer(run, runs.Data);
        LiveTensors.Count();
        var counts = trainer.Run().Select(_ => Tensor.TotalCount).ToArray();
        // A batch drawn ahead on the other thread has three tensors, or none yet.
        Assert.InRange(counts[^1] - counts[1], -3, 3);
    }

    [Fact]
    public void Refuses_a_checkpoint_of_another_configuration()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        JsonFile.Write(Path.Combine(run.Path, "network.json"), Network with { FusionChannels = 16 });
        Assert.EndsWith(
            "in this network; use the configuration it was trained with.",
            Assert.Throws<UserException>(() => RunFolder.Open(run.Path).LoadModel()).Message
        );
    }

    [Fact]
    public void Refuses_a_truncated_checkpoint()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        var file = Directory.GetFiles(run.Path, "*.safetensors").Single();
        using (var stream = File.OpenWrite(file))
            stream.SetLength(stream.Length / 2);
        Assert.StartsWith($"{file} is truncated", Assert.Throws<UserException>(() => new Trainer(run, runs.Data)).Message);
    }

    [Fact]
    public void Says_when_the_loss_is_lost()
    {
        var recipe = Recipe with { LearningRate = 1e30, Optimizer = OptimizerKind.Sgd };
        var message = Assert.Throws<DivergenceException>(() => runs.Train("run", recipe, steps: 6)).Message;
        Assert.EndsWith("lower learningRate or set clipNorm in recipe.json and start again.", message);
    }

    [Fact]
    public void A_gradient_that_is_lost_changes_no_weight()
    {
        // The loss is some 1e37, which float32 still holds; its gradient is larger than any float32.
        var run = RunFolder.Create(runs.Folder.File("run"), Network, Recipe with { BalanceWeight = 3e38 }, runs.Data);
        using var trainer = new Trainer(run, runs.Data);
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
        var run = runs.Train("run", Recipe, steps: 2);
        File.AppendAllText(Path.Combine(run.Path, "history.jsonl"), "{\"step\": 3, \"to");
        Assert.Equal([1, 2], run.History().Select(r => r.Step));
        Assert.Equal([1, 2, 3], runs.Train("run", Recipe, steps: 1).History().Select(r => r.Step));
    }

    [Fact]
    public void A_run_is_trained_by_one_trainer_at_a_time()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        using (new Trainer(run, runs.Data))
            Assert.Equal(
                $"{run.Path} is being trained by another process; wait for it, or stop it.",
                Assert.Throws<UserException>(() => new Trainer(run, runs.Data)).Message
            );
        using var again = new Trainer(run, runs.Data);
        Assert.Equal(1, again.Iteration);
    }

    [Fact]
    public void A_run_is_taken_before_its_checkpoint_is_read_and_let_go_where_that_fails()
    {
        var run = runs.Train("run", Recipe, steps: 1);
        File.Delete(run.CheckpointFile); // as another trainer does that writes the next one
        using (run.Take())
            Assert.Equal(
                $"{run.Path} is being trained by another process; wait for it, or stop it.",
                Assert.Throws<UserException>(() => new Trainer(run, runs.Data)).Message
            );
        Assert.Equal(
            $"{run.CheckpointFile} does not exist; check the path.",
            Assert.Throws<UserException>(() => new Trainer(run, runs.Data)).Message
        );
        run.Take().Dispose();
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
