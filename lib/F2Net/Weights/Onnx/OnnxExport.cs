using System.Text.Json;
using F2Net.Data.Pictures;
using F2Net.Model;
using F2Net.Model.LongRange;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>
/// A trained network as an ONNX file, for ONNX Runtime and whatever else reads operator set 17, without .NET and without libtorch. Every variant
/// of the network can be exported but the one that is fed with noise.
/// </summary>
/// <remarks>
/// Input `image` (1, 3, H, W), float: red, green and blue, each 0 to 1 (a byte over 255); ImageNet's normalisation is inside. Outputs `logits`
/// (1, classes, H, W), float, and `ids` (1, H, W), bytes: the class that <see cref="Evaluation.Predictor"/> gives each pixel. H and W are fixed.
/// Under a token budget the image is its own context.
/// </remarks>
public static class OnnxExport
{
    /// <summary>Writes a run's network with its last weights; the file's metadata name the classes and describe the network.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits or is fed with noise, the size is below 32 x 32 or too large for a file, or the file cannot be written.</exception>
    public static void Write(string path, RunFolder run, int height, int width)
    {
        using var scope = NewDisposeScope();
        var classes = JsonSerializer.Serialize(run.DataSet.Classes.Select(c => c.Name), JsonFile.Options);
        using var model = run.LoadModel();
        Write(path, model, height, width, run.Recipe.LogitOffsets(run.ClassCounts), ("classes", classes));
    }

    /// <summary>Writes a network.</summary>
    /// <param name="logitOffsets">Added to each class's logit before `ids` are decided; null for none.</param>
    /// <exception cref="UserException">The network is fed with noise, the size is below 32 x 32 or too large for a file, or the file cannot be written.</exception>
    public static void Write(
        string path,
        F2NetModel model,
        int height,
        int width,
        IReadOnlyList<double>? logitOffsets = null,
        params ReadOnlySpan<(string Key, string Value)> metadata
    )
    {
        if (Math.Min(height, width) < F2NetModel.MinimumSize)
            throw new UserException(
                $"A network for {height} x {width} pixels cannot be exported: F2Net needs at least {F2NetModel.MinimumSize} x {F2NetModel.MinimumSize}."
            );

        var said = new Dictionary<string, string> { ["network"] = JsonSerializer.Serialize(model.Config, JsonFile.Options) };
        foreach (var (key, value) in metadata)
            said.Add(key, value);
        var graph = Graph(model, height, width, logitOffsets);
        OutputFile.Write(
            path,
            partial =>
            {
                using var stream = File.Create(partial);
                graph.WriteTo(stream, "F2Net", said);
            }
        );
    }

    private static OnnxGraph Graph(F2NetModel model, int height, int width, IReadOnlyList<double>? logitOffsets)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var graph = new OnnxGraph();
        var image = graph.Input("image", 1, 3, height, width);
        var normalised = (image - PerChannel("image.mean", ImageTensor.Mean)) / PerChannel("image.deviation", ImageTensor.Deviation);
        var network = new OnnxModule(graph, model.state_dict());
        var logits = network.Network(normalised, model.Config, model.LongRangeView as TokenBudget);
        var judged = logitOffsets is null ? logits : logits + PerChannel("logit.offsets", logitOffsets.Select(o => (float)o));
        graph.Output("logits", logits);
        graph.Output("ids", judged.ArgMax(1).To(OnnxType.Byte), OnnxType.Byte);
        return graph;

        OnnxValue PerChannel(string name, IEnumerable<float> values) => graph.Weight(name, tensor(values.ToArray()).view(1, -1, 1, 1));
    }
}
