using F2Net.Weights.Onnx;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Onnx;

/// <summary>Exported graphs as a reader of ONNX runs them.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession session;

    public OnnxRun(byte[] file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        session = new InferenceSession(file, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => session.OutputMetadata;

    public void Dispose() => session.Dispose();

    /// <summary>The one output of a graph with one input.</summary>
    public Tensor Run(Tensor input) => Run<float>(input, session.OutputNames[0]);

    public Tensor Run<T>(Tensor input, string output)
        where T : unmanaged
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input.contiguous().data<float>().ToArray(), input.shape);
        using var options = new RunOptions();
        using var results = session.Run(options, session.InputNames, [value], [output]);
        var shape = results[0].GetTensorTypeAndShape().Shape;
        var values = results[0].GetTensorDataAsSpan<T>().ToArray();
        return typeof(T) == typeof(byte) ? tensor((byte[])(object)values, shape) : tensor((float[])(object)values, shape);
    }

    /// <summary>What a module's export makes of an input.</summary>
    public static Tensor Of(nn.Module module, Tensor input, Func<OnnxModule, OnnxValue, OnnxValue> forward)
    {
        var graph = new OnnxGraph();
        graph.Output("y", forward(new OnnxModule(graph, module.state_dict()), graph.Input("x", input.shape)));
        using var stream = new MemoryStream();
        graph.WriteTo(stream, "test", new Dictionary<string, string>());
        using var run = new OnnxRun(stream.ToArray());
        return run.Run(input);
    }

    /// <summary>The module in evaluation, with norms, running statistics, biases and scans as training might have left them.</summary>
    public static T Trained<T>(T module)
        where T : nn.Module
    {
        using var frozen = no_grad();
        foreach (var (name, weight) in module.state_dict())
            if (name.EndsWith("running_var", StringComparison.Ordinal))
                nn.init.uniform_(weight, 0.5, 1.5);
            else if (name.EndsWith("A_logs", StringComparison.Ordinal))
                nn.init.uniform_(weight, -3, 1);
            else if (weight.shape.Length == 1 && weight.dtype == ScalarType.Float32)
                weight.add_(randn_like(weight) * 0.2);
        module.eval();
        return module;
    }

    /// <summary>The largest difference over the largest value.</summary>
    public static double Difference(Tensor got, Tensor want)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(want.shape, got.shape);
        return ((got - want).abs().max() / want.abs().max()).item<float>();
    }
}
