using F2Net.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>Measures the forward pass of a network, whole and part by part, on random images.</summary>
/// <remarks>The network's weights are random, from the protocol's seed: how long it takes does not depend on them.</remarks>
public sealed class NetworkBenchmark : IDisposable
{
    private const long ComparedSide = 512;

    private readonly F2NetModel model;
    private readonly BenchmarkProtocol protocol;
    private readonly RunPlan plan;
    private readonly Lazy<double?> difference;

    /// <summary>Builds the network on the protocol's device.</summary>
    public NetworkBenchmark(BenchmarkProtocol protocol, RunPlan plan)
    {
        (this.protocol, this.plan) = (protocol, plan);
        PeakMemory.Start(protocol.Device); // what a GPU holds before the weights
        manual_seed(protocol.Seed);
        model = new F2NetModel(protocol.Network).to(protocol.Device, protocol.Precision.Type);
        model.eval();
        difference = new(DifferenceFromCpu);
        using var frozen = inference_mode();
        using var image = RandomImage(F2NetModel.MinimumSize, F2NetModel.MinimumSize);
        model.call(image).Dispose(); // a GPU's kernels are compiled when they are first used
    }

    /// <summary>Trained numbers of the network.</summary>
    public long Parameters => model.parameters().Sum(p => p.NumberOfElements);

    /// <summary>How many rows <see cref="Parts"/> returns.</summary>
    public int PartCount => OperationCounter.Of(model, F2NetModel.MinimumSize, F2NetModel.MinimumSize).Count;

    // The largest difference of the logits from the CPU's in float32, over the largest of these, on one image of 512 x 512; null on the CPU.
    private double? DifferenceFromCpu()
    {
        if (protocol.Device.type == DeviceType.CPU)
            return null;
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        manual_seed(protocol.Seed); // the same weights once more
        using var same = new F2NetModel(protocol.Network);
        same.eval();
        var image = randn(1, 3, ComparedSide, ComparedSide);
        var want = same.call(image);
        var got = model.call(image.to(protocol.Device).to(protocol.Precision.Type)).cpu().to_type(ScalarType.Float32);
        return (got - want).abs().max().item<float>() / want.abs().max().item<float>();
    }

    /// <summary>The forward pass of a whole image, with its peak memory.</summary>
    /// <param name="told">Called after each run with the runs done and the runs planned, warm-up included.</param>
    public BenchmarkRow Whole(long height, long width, Action<int, int>? told = null, CancellationToken cancellation = default)
    {
        var row = Image(ImagePasses.Whole, height, width, told, cancellation);
        return row with { DifferenceFromCpu = difference.Value }; // after the runs: it takes memory too
    }

    /// <summary>All forward passes that an image takes, one after the other, with their peak memory.</summary>
    /// <param name="passesOf">What the network is made to do.</param>
    /// <param name="told">As in <see cref="Whole"/>.</param>
    public BenchmarkRow Image(
        Func<F2NetModel, ImagePasses> passesOf,
        long height,
        long width,
        Action<int, int>? told = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var peak = PeakMemory.Start(protocol.Device);
        var (passes, image) = (passesOf(model), RandomImage(height, width));
        var timing = plan.Measure(() => passes.Run(image), protocol.Device, told, cancellation);
        var bytes = peak.Bytes;
        return protocol.Row(
            "forward",
            "whole",
            height,
            width,
            timing,
            Yardsticks.Measure(protocol.Device, protocol.Precision.Type),
            passes.Operations((int)height, (int)width)
        ) with
        {
            PeakMemory = bytes,
        };
    }

    /// <summary>
    /// Each part alone, on what the parts before it made of a random image. Inside the whole, what is local runs in strips and is handed on
    /// at once: the parts need more memory than the whole and may add up to more time.
    /// </summary>
    /// <param name="told">Called with each part that starts.</param>
    public IReadOnlyList<BenchmarkRow> Parts(
        long height,
        long width,
        Action<NetworkPart>? told = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var yardsticks = Yardsticks.Measure(protocol.Device, protocol.Precision.Type);
        var operations = OperationCounter.Of(model, height, width).ToDictionary(p => p.Part, p => p.Operations);
        var rows = new List<BenchmarkRow>();
        foreach (var step in new PartChain(model, RandomImage(height, width)).Steps())
        {
            told?.Invoke(step.Part);
            var timing = plan.Measure(() => Dispose(step.Work()), protocol.Device, null, cancellation);
            rows.Add(
                protocol.Row("forward", step.Part.ToString(), height, width, timing, yardsticks, operations[step.Part]) with
                {
                    Bytes = step.Bytes,
                }
            );
        }
        return rows;
    }

    private Tensor RandomImage(long height, long width) =>
        randn([protocol.Batch, 3, height, width], device: protocol.Device).to(protocol.Precision.Type);

    private static void Dispose(Tensor[] tensors)
    {
        foreach (var tensor in tensors)
            tensor.Dispose();
    }

    public void Dispose() => model.Dispose();
}
