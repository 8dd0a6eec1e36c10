using System.Text.Json;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>
/// Runs reference vectors: a folder with manifest.json, which says for each case which module it is and how to build it, and one safetensors file
/// a case with weights, inputs, and the outputs and gradients an independent implementation got in float64. Here everything runs in float32, on any
/// device.
/// </summary>
/// <remarks>
/// A gradient has no tolerance where an activation lies so near a ReLU's kink that the order of additions (threads, vector width) decides on which
/// side it falls. A case of a kind with ReLUs whose float32 outputs pass and whose gradients do not is therefore run again in float64, which settles
/// the side; smooth kinds never are.
/// </remarks>
public static class ParityRunner
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Runs every case of <paramref name="directory"/>/manifest.json, in its order, one at a time as the result is asked for.</summary>
    /// <exception cref="UserException">There is no manifest, it cannot be read, or it is not one. A case that cannot run is a failed result instead.</exception>
    public static IEnumerable<ParityResult> Run(string directory, Device? device = null)
    {
        var cases = ReadManifest(Path.Combine(directory, "manifest.json"));
        return cases.Select(c => RunCase(c.Key, c.Value, directory, device ?? CPU));
    }

    private static Dictionary<string, JsonElement> ReadManifest(string path)
    {
        if (!File.Exists(path))
            throw new UserException($"{path} does not exist; name a folder of reference vectors.");
        try
        {
            var manifest = JsonSerializer.Deserialize<JsonElement>(JsonFile.Text(path));
            return manifest.GetProperty("cases").Deserialize<Dictionary<string, JsonElement>>()
                ?? throw new JsonException("'cases' is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UserException($"{path} is no manifest of reference vectors: it should be JSON with an object 'cases'.", e);
        }
    }

    private static ParityResult RunCase(string name, JsonElement json, string directory, Device device)
    {
        var result = new ParityResult(name, "", 0, 0, 0, 0, 0, "");
        try
        {
            var description = json.Deserialize<ParityDescription>(SnakeCase)!;
            result = result with
            {
                Kind = description.Kind,
                OutputTolerance = description.Tolerance.Outputs,
                GradientTolerance = description.Tolerance.Grads,
            };
            var single = Compute(result, description, directory, device, ScalarType.Float32);
            var doubtful = single.OutputError <= single.OutputTolerance && single.GradientError > single.GradientTolerance;
            if (!doubtful || !ParityKinds.HasKinks(single.Kind))
                return single;
            var settled = Compute(result, description, directory, device, ScalarType.Float64);
            return settled.Passed ? settled with { OutputError = single.OutputError, GradientsInDouble = true } : single;
        }
        catch (Exception e)
        {
            // Whatever a case trips over, libtorch's own complaints included, it has failed and the next one still runs.
            return result with { Message = e.Message.Split('\n')[0] };
        }
    }

    private static ParityResult Compute(
        ParityResult result,
        ParityDescription description,
        string directory,
        Device device,
        ScalarType precision
    )
    {
        using var scope = NewDisposeScope();
        var vectors = new ParityCase(description, directory, device, precision);
        using var subject = ParityKinds.Create(description.Kind, vectors);
        vectors.Arguments.RefuseUnread(description.Kind);
        subject.Load(vectors, description);
        var outcome = subject.Forward();
        var gradients = new ParityGradients(outcome, subject, vectors);
        vectors.RefuseUnread(description.Kind);

        var state = subject.State;
        foreach (var (name, want) in vectors.Outputs)
            result = WithOutput(
                result,
                "output." + name,
                ParityComparison.Error("output." + name, Found(outcome.Outputs, name, "output"), want)
            );
        foreach (var (name, want) in vectors.Rest)
            result = ParityComparison.IsGradientName(name)
                ? WithGradient(result, name, gradients.Error(name, want))
                : WithOutput(result, name, BufferError(name, want, state));
        return result.Compared > 0 ? result : result with { Message = "It stores nothing to compare." };
    }

    private static double BufferError(string name, Tensor want, IReadOnlyDictionary<string, Tensor> state)
    {
        var sampled = name.StartsWith(ParityComparison.BufferAfterSample, StringComparison.Ordinal);
        var prefix = sampled ? ParityComparison.BufferAfterSample : ParityComparison.BufferAfter;
        var buffer = Found(state, name[prefix.Length..], "buffer");
        return ParityComparison.Error(name, sampled ? ParityComparison.Sample(buffer) : buffer, want);
    }

    private static Tensor Found(IReadOnlyDictionary<string, Tensor> tensors, string name, string what) =>
        tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new UserException($"It wants the {what} '{name}', which this module does not have.");

    private static ParityResult WithOutput(ParityResult result, string name, double error) =>
        Noted(result with { OutputError = Math.Max(result.OutputError, error) }, name, error, result.OutputTolerance);

    private static ParityResult WithGradient(ParityResult result, string name, double error) =>
        Noted(result with { GradientError = Math.Max(result.GradientError, error) }, name, error, result.GradientTolerance);

    private static ParityResult Noted(ParityResult result, string name, double error, double tolerance) =>
        result with
        {
            Compared = result.Compared + 1,
            // Not "error > tolerance": a NaN has to fail.
            Message =
                error <= tolerance || result.Message.Length > 0
                    ? result.Message
                    : $"{name} is off by {error:0.0E+0} where {tolerance:0.0E+0} is allowed.",
        };
}
