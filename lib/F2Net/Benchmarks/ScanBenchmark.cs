using System.Diagnostics;
using F2Net.Kernels.Scans;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>
/// Measures the scan of the state-space branch's first stage, the longest, forward and backward on a random map: fewer directions trade
/// accuracy for memory, segments time. Memory is least where the states before the segments, which are all kept, take as
/// much as what one segment holds.
/// </summary>
public sealed class ScanBenchmark(BenchmarkProtocol protocol, RunPlan plan)
{
    private const int HeadWidth = 16;

    private static readonly int[] Segments = [48, 192, 768, 3072];

    /// <summary>What is measured: segments, which are the CPU's alone, and then whole directions, the fewest first.</summary>
    public IReadOnlyList<(int Directions, int? Segment)> Cases { get; } =
    [.. protocol.Device.type == DeviceType.CPU ? Segments.Select(segment => (4, (int?)segment)) : [], (1, null), (2, null), (4, null)];

    /// <param name="told">Called with each case that starts.</param>
    public IReadOnlyList<ScanRow> Measure(long height, long width, Action<int, int?>? told = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        manual_seed(protocol.Seed);
        var config = protocol.Network;
        var x = randn([1, (height + 3) / 4, (width + 3) / 4, config.HighDims[0]], device: protocol.Device).requires_grad_(true);
        var grad = randn_like(x);
        var before = PeakMemory.Start(protocol.Device).Bytes;
        return [.. Cases.Select(Row)];

        ScanRow Row((int Directions, int? Segment) option)
        {
            told?.Invoke(option.Directions, option.Segment);
            var (forward, backward, peak) = Measure(x, grad, option, cancellation);
            return new()
            {
                Preset = protocol.Preset,
                Height = height,
                Width = width,
                Tokens = x.shape[1] * x.shape[2],
                Channels = x.shape[3],
                StateSize = config.HighStateSize,
                Directions = option.Directions,
                Segment = option.Segment,
                Forward = forward,
                Backward = backward,
                PeakMemory = peak - before,
                Device = Machine.NameOf(protocol.Device),
                Threads = get_num_threads(),
                Seed = protocol.Seed,
                Commit = protocol.Commit,
            };
        }
    }

    private (Timing Forward, Timing Backward, long Peak) Measure(
        Tensor x,
        Tensor grad,
        (int Directions, int? Segment) option,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [x, .. Parameters(x.shape[3], option.Directions)];
        var forward = new List<double>();
        var backward = new List<double>();
        var peak = PeakMemory.Start(protocol.Device);
        var timing = plan.Measure(
            () =>
            {
                using var step = NewDisposeScope();
                var clock = Stopwatch.StartNew();
                var y = SelectiveScan.Apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], option.Segment);
                Machine.Finish(protocol.Device);
                forward.Add(clock.Elapsed.TotalSeconds);
                clock.Restart();
                autograd.grad([y], inputs, [grad]);
                Machine.Finish(protocol.Device);
                backward.Add(clock.Elapsed.TotalSeconds);
            },
            protocol.Device,
            null,
            cancellation
        );
        Timing Of(List<double> seconds) => Timing.Of(timing.WarmUp, [.. seconds.Skip(timing.WarmUp)]);
        return (Of(forward), Of(backward), peak.Bytes);
    }

    // As SelectiveScan2d starts.
    private Tensor[] Parameters(long channels, int directions)
    {
        var heads = channels / HeadWidth;
        var states = protocol.Network.HighStateSize;
        Tensor[] all =
        [
            (rand([directions, heads + 2 * states, channels], device: protocol.Device) * 2 - 1) / Math.Sqrt(channels),
            rand([directions, heads], device: protocol.Device) * 0.1,
            zeros([directions, heads], device: protocol.Device),
            ones([directions, heads, HeadWidth], device: protocol.Device),
        ];
        return [.. all.Select(p => p.requires_grad_(true))];
    }
}
