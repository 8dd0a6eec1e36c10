using System.Text.Json;
using F2Net.Evaluation.Parity;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Weights.Export;

/// <summary>What an export read back into a fresh network says beside the run's own.</summary>
/// <param name="Tensors">How many were written.</param>
/// <param name="Difference">The largest difference between two logits; 0 where all bits agree.</param>
/// <param name="Logit">The largest logit, by its absolute value.</param>
public sealed record ExportCheck(int Tensors, double Difference, double Logit)
{
    /// <summary>Whether the difference is at most a millionth of the largest logit.</summary>
    public bool Passed => Difference <= 1e-6 * Logit;
}

/// <summary>A run's weights as a safetensors file for other programs: the names of the authors' published modules, float32.</summary>
public static class SafetensorsExport
{
    /// <summary>The key of <see cref="Safetensors"/>' metadata under which an exported file describes its network, as JSON.</summary>
    public const string NetworkKey = "network";

    /// <summary>Writes the file, then reads it into a fresh network and compares logits of one image with the run's.</summary>
    /// <exception cref="UserException">The run has no checkpoint, or the file cannot be written.</exception>
    public static ExportCheck Write(RunFolder run, string path)
    {
        using var scope = NewDisposeScope();
        var (iteration, content, file) = run.ReadCheckpoint();
        var network = RunFolder.Group(content, RunFolder.NetworkGroup);
        // CFAL's projections belong to the loss; a published run has none.
        var weights = network
            .Concat(RunFolder.Group(content, RunFolder.LossGroup).Where(t => F2NetLoss.IsPublished(t.Key)))
            .ToDictionary(
                t => t.Key,
                t => t.Value.dtype == ScalarType.Int64 ? t.Value : t.Value.to(ScalarType.Float32),
                StringComparer.Ordinal
            );
        Safetensors.Write(
            path,
            weights,
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                [NetworkKey] = JsonSerializer.Serialize(run.Network, JsonFile.Options),
                ["iteration"] = $"{iteration}",
            }
        );
        return Check(run.Network, network, file, path);
    }

    // Against the weights that were written, and not the run's last: it may be training.
    private static ExportCheck Check(F2NetConfig config, IReadOnlyDictionary<string, Tensor> network, string file, string path)
    {
        using var noGrad = no_grad();
        var written = Safetensors.Read(path).Tensors;
        using var fresh = RunFolder.Model(
            config,
            written.Where(t => network.ContainsKey(t.Key)).ToDictionary(StringComparer.Ordinal),
            path
        );
        using var own = RunFolder.Model(config, network, file);

        var image = GeneratedValues.Draw(seed: 1, "export", [1, 3, 96, 128], scale: 2, offset: 0);
        var logits = own.call(image);
        var difference = (fresh.call(image) - logits).abs().max().item<float>();
        return new(written.Count, difference, logits.abs().max().item<float>());
    }
}
