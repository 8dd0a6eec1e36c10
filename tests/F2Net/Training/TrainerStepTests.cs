using F2Net.Data;
using F2Net.Data.Sampling;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

/// <summary>What a recipe makes of a step, seen in the weights: plain descent of rate 1 on the cross-entropy, so that a step is minus the gradient.</summary>
public sealed class TrainerStepTests : IDisposable
{
    private static readonly TrainingRecipe Plain = new()
    {
        Iterations = 4,
        LearningRate = 1,
        Momentum = 0,
        Power = 0,
        AlignmentWeight = 0,
        BalanceWeight = 0,
        Sampling = new() { CropSize = 64, BatchSize = 2 },
    };

    private readonly TempFolder folder = new();
    private readonly PreparedDataSet data;

    public TrainerStepTests()
    {
        TestDataSet.Write(folder, "train", pictures: 2, width: 128, height: 96);
        data = PreparedDataSet.Open(folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_gradient_is_shortened_to_the_norm_asked_for()
    {
        using var scope = NewDisposeScope();
        using var trainer = new Trainer(Run(Plain with { ClipNorm = 1e-3 }), data);
        Assert.Equal(1e-3, Length(Change(trainer)), 1e-5);
    }

    [Fact]
    public void Accumulated_batches_count_as_their_mean()
    {
        using var scope = NewDisposeScope();
        var recipe = Plain with { Accumulation = 2 };
        using var trainer = new Trainer(Run(recipe), data);
        var sampler = new CropSampler(data.Split("train"), recipe.Sampling, recipe.Seed);
        for (var k = 0; k < 2; k++)
        {
            using var batch = sampler.Draw(k);
            (nn.functional.cross_entropy(trainer.Model.Run(batch.Image).Logits, batch.Mask) / 2).backward();
        }
        var wanted = Flat(trainer.Model.parameters().Select(p => p.grad!)).neg();
        Assert.InRange(Length(Change(trainer) - wanted), 0, 1e-3 * Length(wanted));
    }

    [Fact]
    public void A_run_that_dies_goes_on_from_its_last_checkpoint()
    {
        var run = Run(Plain with { CheckpointEvery = 2 });
        using (var trainer = new Trainer(run, data))
            Assert.Equal(3, trainer.Run().Take(3).Count());
        using var next = new Trainer(RunFolder.Open(run.Path), data);
        Assert.Equal(2, next.Iteration);
    }

    private RunFolder Run(TrainingRecipe recipe) => RunFolder.Create(folder.File("run"), F2NetConfig.Nano(3), recipe, data);

    // Of one step, in all parameters of the network.
    private static Tensor Change(Trainer trainer)
    {
        var before = Flat(trainer.Model.parameters());
        trainer.Run().First();
        return Flat(trainer.Model.parameters()) - before;
    }

    private static Tensor Flat(IEnumerable<Tensor> tensors) => cat([.. tensors.Select(t => t.detach().flatten())]);

    private static double Length(Tensor x) => Math.Sqrt(x.to(ScalarType.Float64).square().sum().item<double>());
}
