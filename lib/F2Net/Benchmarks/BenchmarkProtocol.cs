using System.Text.Json;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>What is the same for all figures of a benchmark.</summary>
/// <param name="Preset">paper or nano, which <see cref="Network"/> builds.</param>
/// <param name="Commit">Of the source.</param>
public sealed record BenchmarkProtocol(string Preset, Device Device, Precision Precision, int Seed, string Commit)
{
    /// <summary>Images in a forward pass or a training step.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>What a variant changes in the preset's network; nothing by default.</summary>
    public Func<F2NetConfig, F2NetConfig> Variant { get; init; } = network => network;

    /// <summary>The preset's network, or its variant, with the classes of the paper's DeepGlobe.</summary>
    /// <exception cref="UserException">There is no such preset.</exception>
    public F2NetConfig Network =>
        Variant(
            Preset switch
            {
                "paper" => F2NetConfig.Paper(),
                "nano" => F2NetConfig.Nano(F2NetConfig.Paper().Classes),
                _ => throw new UserException($"There is no preset {Preset}; say paper or nano."),
            }
        );

    /// <summary>A row of this protocol.</summary>
    /// <param name="part">A part's name in any case: it is written in camel case, as keys are.</param>
    /// <param name="operations">On one image.</param>
    /// <param name="passes">How often the operations are done: once forward, three times in a training step.</param>
    internal BenchmarkRow Row(
        string mode,
        string part,
        long height,
        long width,
        Timing timing,
        Yardsticks yardsticks,
        Operations? operations = null,
        int passes = 1
    ) =>
        new()
        {
            Preset = Preset,
            Mode = mode,
            Part = JsonNamingPolicy.CamelCase.ConvertName(part),
            Height = height,
            Width = width,
            Batch = Batch,
            Dtype = Precision.Name,
            Device = Machine.NameOf(Device),
            Threads = get_num_threads(),
            Seed = Seed,
            Commit = Commit,
            Timing = timing,
            Operations = operations,
            MatrixFraction = passes * Batch * operations?.Matrix / timing.MedianSeconds / yardsticks.MatrixRate,
            MatrixRate = yardsticks.MatrixRate,
            Bandwidth = yardsticks.Bandwidth,
        };
}
