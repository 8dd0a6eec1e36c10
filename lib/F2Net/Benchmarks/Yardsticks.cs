using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>What a machine can do at most, measured in the same process as what is held against it.</summary>
/// <param name="MatrixRate">Operations a second of the product of two large square matrices, two for each multiply-add.</param>
/// <param name="Bandwidth">Bytes a second of copying a tensor that no cache holds, reading and writing counted.</param>
public sealed record Yardsticks(double MatrixRate, double Bandwidth)
{
    private const int Runs = 6;
    private const long CopiedFloats = 64 << 20;

    /// <summary>The best of a few runs each, after one that does not count. Takes about a second.</summary>
    /// <param name="type">Of the matrices.</param>
    public static Yardsticks Measure(Device device, ScalarType type = ScalarType.Float32)
    {
        using var frozen = inference_mode();
        return new(MeasureProduct(device, type), MeasureCopy(device));
    }

    // Large enough that the product, not its start, is what is timed.
    private static long Side(Device device) => device.type == DeviceType.CUDA ? 4096 : 2048;

    private static double MeasureProduct(Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var side = Side(device);
        var a = randn(side, side, device: device).to(type);
        return 2.0 * side * side * side / Best(() => a.matmul(a).Dispose(), device);
    }

    private static double MeasureCopy(Device device)
    {
        using var scope = NewDisposeScope();
        var from = ones([CopiedFloats], device: device);
        var to = empty_like(from);
        return 2.0 * sizeof(float) * CopiedFloats / Best(() => to.copy_(from), device);
    }

    private static double Best(Action work, Device device) =>
        Enumerable.Range(0, Runs + 1).Select(_ => RunPlan.Once(work, device)).Skip(1).Min();
}
