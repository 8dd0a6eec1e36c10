using System.Diagnostics;
using F2Net.Kernels.Logits;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>
/// Measures a training step as the paper's recipe takes it (forward, CE, CFAL, second-order CFBL, backward, SGD with momentum), its parts,
/// and the same step without CFBL, on random images and masks.
/// </summary>
public sealed class TrainingBenchmark : IDisposable
{
    private static readonly string[] PartNames = ["forward", "losses", "backward", "optimizer"];

    private readonly F2NetModel model;
    private readonly F2NetLoss loss;
    private readonly CrossFrequencyAlignmentLoss alignment;
    private readonly Sgd optimizer;
    private readonly IReadOnlyList<NamedParameter> parameters;
    private readonly BenchmarkProtocol protocol;
    private readonly RunPlan plan;

    /// <summary>Builds network, losses and optimizer on the protocol's device, in float32.</summary>
    public TrainingBenchmark(BenchmarkProtocol protocol, RunPlan plan)
    {
        (this.protocol, this.plan) = (protocol, plan);
        PeakMemory.Start(protocol.Device); // what a GPU holds before the weights
        manual_seed(protocol.Seed);
        model = new F2NetModel(protocol.Network).to(protocol.Device);
        loss = new F2NetLoss(model).to(protocol.Device);
        alignment = new CrossFrequencyAlignmentLoss(
            F2NetModel.LowFrequencyChannels(model.Config)!.Value,
            model.Config.HighDims[^1],
            model.Config.AlignmentChannels
        ).to(protocol.Device);
        parameters = [.. model.named_parameters().Concat(loss.named_parameters()).Select(p => new NamedParameter(p.name, p.parameter))];
        optimizer = new Sgd(parameters, new TrainingRecipe().Momentum, weightDecay: 0);
        model.train();
    }

    /// <summary>The rows that <see cref="Step"/> returns at most.</summary>
    public static int RowCount => 2 + PartNames.Length;

    /// <summary>The full step, its parts, and the plain step.</summary>
    /// <param name="told">Called after each run with the row's name, the runs done and the runs planned, warm-up included.</param>
    public IReadOnlyList<BenchmarkRow> Step(
        long height,
        long width,
        Action<string, int, int>? told = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        var image = randn([protocol.Batch, 3, height, width], device: protocol.Device);
        var mask = randint(0, protocol.Network.Classes, [protocol.Batch, height, width], dtype: ScalarType.Int64, device: protocol.Device);

        var parts = new List<double[]>();
        // What takes less memory first: a GPU's allocator gives nothing back.
        var (plain, plainPeak) = Measure("plainStep", () => PlainStep(image, mask));
        var (full, fullPeak) = Measure("step", () => parts.Add(FullStep(image, mask)));
        var yardsticks = Yardsticks.Measure(protocol.Device);
        var operations = OperationCounter.Whole(model, height, width);
        return
        [
            Row("step", full, operations) with
            {
                PeakMemory = fullPeak,
            },
            Row("plainStep", plain, operations) with
            {
                PeakMemory = plainPeak,
            },
            .. PartNames.Select((name, i) => Row(name, Timing.Of(full.WarmUp, [.. parts.Skip(full.WarmUp).Select(p => p[i])]))),
        ];

        (Timing Timing, long Peak) Measure(string name, Action step)
        {
            Zero();
            var peak = PeakMemory.Start(protocol.Device);
            var timing = plan.Measure(step, protocol.Device, (done, planned) => told?.Invoke(name, done, planned), cancellation);
            return (timing, peak.Bytes);
        }

        BenchmarkRow Row(string part, Timing timing, Operations? counted = null) =>
            protocol.Row("train", part, height, width, timing, yardsticks, counted, passes: 3);
    }

    // Seconds of each of PartNames.
    private double[] FullStep(Tensor image, Tensor mask)
    {
        using var scope = NewDisposeScope();
        Zero();
        var seconds = new List<double>();
        var clock = Stopwatch.StartNew();
        var output = model.Run(image);
        Lap();
        var total = loss.call(output, mask).Total;
        Lap();
        total.backward();
        Lap();
        optimizer.Step(0);
        Lap();
        return [.. seconds];

        void Lap()
        {
            Machine.Finish(protocol.Device);
            seconds.Add(clock.Elapsed.TotalSeconds);
            clock.Restart();
        }
    }

    // CFBL left out altogether: no gradient norms, no second-order graph.
    private void PlainStep(Tensor image, Tensor mask)
    {
        using var scope = NewDisposeScope();
        Zero();
        var weights = new F2NetLossOptions();
        var output = model.Run(image);
        var crossEntropy = CrossEntropy.Apply(output.Logits, mask, null, weights.IgnoreIndex);
        var aligned = alignment.call(output.LowFrequency!, output.HighFrequency!);
        (weights.CrossEntropy * crossEntropy + weights.Alignment * aligned).backward();
        optimizer.Step(0);
    }

    private void Zero()
    {
        foreach (var (_, p) in parameters)
            p.grad = null;
    }

    public void Dispose()
    {
        model.Dispose();
        loss.Dispose();
        alignment.Dispose();
    }
}
