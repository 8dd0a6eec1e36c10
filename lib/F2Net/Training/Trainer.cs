using System.Diagnostics;
using F2Net.Data;
using F2Net.Data.Sampling;
using F2Net.Kernels.Parameters;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>
/// The training loop. A run is decided by its folder (network, recipe) and the data alone: the same seed draws the same batches,
/// and a resumed run continues to the same numbers as one that was never stopped.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly RunFolder run;
    private readonly IDisposable taken;
    private readonly PrefetchedBatches batches;
    private readonly F2NetLoss loss;
    private readonly IOptimizer optimizer;
    private readonly IReadOnlyList<NamedParameter> parameters;
    private readonly Device device;

    /// <param name="run">Where the run lives; if it has a checkpoint, training goes on from there.</param>
    /// <param name="data">Its train split is drawn from.</param>
    /// <param name="device">Where to compute; the CPU by default.</param>
    /// <exception cref="UserException">The data does not fit the run, or another process trains it.</exception>
    public Trainer(RunFolder run, PreparedDataSet data, Device? device = null)
    {
        (this.run, this.device) = (run, device ?? CPU);
        run.CheckData(data);
        var train = data.Split("train");
        var sampler = new CropSampler(train, run.Recipe.Sampling, run.Recipe.Seed);

        manual_seed(run.Recipe.Seed);
        Model = new F2NetModel(run.Network).to(this.device);
        loss = new F2NetLoss(Model, run.Recipe.Losses(train.ClassCounts, data.Info.IgnoreIndex)).to(this.device);
        parameters = [.. Named(Model, RunFolder.NetworkGroup), .. Named(loss, RunFolder.LossGroup).Select(Weighed)];
        optimizer = run.Recipe.Optimizer switch
        {
            OptimizerKind.Sgd => new Sgd(parameters, run.Recipe.Momentum, run.Recipe.WeightDecay),
            _ => new AdamW(parameters, run.Recipe.WeightDecay),
        };
        // Before the run is read or written, which another trainer may be doing.
        taken = run.Take();
        try
        {
            if (run.HasCheckpoint)
                Restore();
            else if (run.Recipe.Weights.Count > 0)
                StartFromWeights();
            run.CutHistory(Iteration);
            batches = new PrefetchedBatches(sampler, Iteration * run.Recipe.Accumulation);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public F2NetModel Model { get; }

    /// <summary>Steps done.</summary>
    public int Iteration { get; private set; }

    /// <summary>Trains to the recipe's end, a record a step. Cancelled, it writes a checkpoint of the last whole step and ends.</summary>
    /// <exception cref="DivergenceException">The loss became NaN or infinite.</exception>
    /// <exception cref="UserException">The run's folder cannot be written to.</exception>
    public IEnumerable<TrainingRecord> Run(CancellationToken cancellation = default)
    {
        Model.train();
        var saved = Iteration;
        while (Iteration < run.Recipe.Iterations && !cancellation.IsCancellationRequested)
        {
            var record = Step();
            run.Append(record);
            if (Iteration % run.Recipe.CheckpointEvery == 0)
                Save(saved = Iteration);
            yield return record;
        }

        if (saved != Iteration)
            Save(Iteration);
    }

    private TrainingRecord Step()
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var recipe = run.Recipe;
        var rate = recipe.RateAt(Iteration);
        var parts = new List<StepLosses>();
        var images = 0L;

        foreach (var (_, p) in parameters)
            p.grad = null;
        for (var k = 0; k < recipe.Accumulation; k++)
        {
            using var inner = NewDisposeScope();
            using var batch = batches.Next();
            var context = batch.Context is { } c ? c with { Image = c.Image.to(device) } : null;
            var output = Model.Run(batch.Image.to(device), context);
            var losses = loss.call(output, batch.Mask.to(device));
            (losses.Total / recipe.Accumulation).backward();
            parts.Add(StepLosses.Of(losses));
            images += batch.Image.shape[0];
        }

        var total = parts.Average(p => p.Total);
        if (!double.IsFinite(total))
            throw new DivergenceException(total, Iteration + 1, run.Path);
        LossWeights? learned = loss.Weighting.Trained.Count > 0 ? loss.Weighting.Weights : null;
        var norm = GradientNorm();
        if (!double.IsFinite(norm))
            throw new DivergenceException(norm, Iteration + 1, run.Path, "gradient's norm");
        if (recipe.ClipNorm is { } most && norm > most)
            Scale(most / norm);
        optimizer.Step(rate);
        Iteration++;
        return new TrainingRecord(
            Iteration,
            total,
            parts.Average(p => p.Task),
            parts.Average(p => p.Alignment),
            parts.Average(p => p.Balance),
            parts[0].Norms.Keys.ToDictionary(b => b, b => parts.Average(p => p.Norms[b])),
            rate,
            images,
            clock.Elapsed.TotalSeconds,
            learned
        );
    }

    private IEnumerable<Tensor> Gradients => parameters.Select(p => p.Parameter.grad).OfType<Tensor>();

    // The common L2 norm of all gradients.
    private double GradientNorm()
    {
        using var frozen = no_grad();
        using var square = SquaredNorm.Of([.. Gradients]);
        return Math.Sqrt(square.item<double>());
    }

    private void Scale(double factor)
    {
        using var frozen = no_grad();
        foreach (var gradient in Gradients)
            gradient.mul_(factor);
    }

    private void Save(int iteration)
    {
        using var scope = NewDisposeScope();
        run.WriteCheckpoint(
            iteration,
            new Dictionary<string, IReadOnlyDictionary<string, Tensor>>(StringComparer.Ordinal)
            {
                [RunFolder.NetworkGroup] = Model.state_dict(),
                [RunFolder.LossGroup] = loss.state_dict(),
                [RunFolder.OptimizerGroup] = optimizer.State,
                [RunFolder.GeneratorGroup] = new Dictionary<string, Tensor>(StringComparer.Ordinal)
                {
                    ["state"] = Generator.Default.get_state(),
                },
            }
        );
    }

    // Saved at once: from here on the run needs the files no more.
    private void StartFromWeights()
    {
        StartingWeights.Load(run.Recipe.Weights, Model, loss);
        Save(0);
    }

    private void Restore()
    {
        using var scope = NewDisposeScope();
        var (iteration, content, file) = run.ReadCheckpoint();
        ModuleState.Load(Model.state_dict(), RunFolder.Group(content, RunFolder.NetworkGroup), file);
        ModuleState.Load(loss.state_dict(), RunFolder.Group(content, RunFolder.LossGroup), file);
        ModuleState.Load(optimizer.State, RunFolder.Group(content, RunFolder.OptimizerGroup), file);
        Generator.Default.set_state(RunFolder.Group(content, RunFolder.GeneratorGroup)["state"]);
        Iteration = iteration;
    }

    private static IEnumerable<NamedParameter> Named(nn.Module module, string group) =>
        module.named_parameters().Select(p => new NamedParameter($"{group}.{p.name}", p.parameter));

    private NamedParameter Weighed(NamedParameter parameter) =>
        parameter with
        {
            Decays = !loss.Weighting.Trained.Any(trained => ReferenceEquals(trained, parameter.Parameter)),
        };

    // The losses' numbers, read once the backward pass is through.
    private sealed record StepLosses(double Total, double Task, double Alignment, double Balance, Dictionary<Branch, double> Norms)
    {
        internal static StepLosses Of(F2NetLossParts parts) =>
            new(
                parts.Total.ToDouble(),
                parts.CrossEntropy.ToDouble(),
                parts.Alignment.ToDouble(),
                parts.Balance.ToDouble(),
                parts.GradientNorms.ToDictionary(n => n.Branch, n => n.Norm.ToDouble())
            );
    }

    public void Dispose()
    {
        batches.Dispose();
        Model.Dispose();
        loss.Dispose();
        taken.Dispose();
    }
}
