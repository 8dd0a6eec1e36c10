namespace F2Net.Benchmarks;

/// <summary>One measured figure with its protocol: a line of a benchmark's JSON.</summary>
public sealed record BenchmarkRow
{
    /// <summary>The network: paper or nano.</summary>
    public required string Preset { get; init; }

    /// <summary>forward or train.</summary>
    public required string Mode { get; init; }

    /// <summary>
    /// forward: whole, or a <see cref="NetworkPart"/>. train: step (CE, CFAL, second-order CFBL), plainStep (without CFBL), and step's
    /// parts: forward, losses, backward, optimizer.
    /// </summary>
    public required string Part { get; init; }

    /// <summary>Of the image, in pixels.</summary>
    public required long Height { get; init; }

    public required long Width { get; init; }

    public required int Batch { get; init; }

    /// <summary>float32, tf32 or bfloat16.</summary>
    public required string Dtype { get; init; }

    /// <summary>The processor's or the GPU's name.</summary>
    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required int Seed { get; init; }

    public required string Commit { get; init; }

    public required Timing Timing { get; init; }

    /// <summary>Bytes at the most, see <see cref="Benchmarks.PeakMemory"/>; null for parts.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Of one forward pass, also in a training row; null for a step's parts.</summary>
    public Operations? Operations { get; init; }

    /// <summary>
    /// Operations of conv, linear and attention over the median time, over <see cref="MatrixRate"/>. Of a training step they are counted
    /// three times: forward, and once for each of the gradients of inputs and weights.
    /// </summary>
    public double? MatrixFraction { get; init; }

    /// <summary>The bytes that a forward part must read and write at the least: inputs, outputs and weights, each once.</summary>
    public long? Bytes { get; init; }

    /// <summary>
    /// Of a whole forward pass on a GPU: the largest difference of its logits from the CPU's in float32, over the largest of these, on one image
    /// of 512 x 512.
    /// </summary>
    public double? DifferenceFromCpu { get; init; }

    /// <summary>Operations a second of a large matrix product, measured beside the row in the same process.</summary>
    public required double MatrixRate { get; init; }

    /// <summary>Bytes a second of a large copy, measured beside the row in the same process.</summary>
    public required double Bandwidth { get; init; }
}
