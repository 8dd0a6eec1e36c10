using System.Text.Json;
using F2Net.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>A case as manifest.json describes it.</summary>
internal sealed record ParityDescription(
    string File,
    string Kind,
    JsonElement Args,
    string Mode,
    long Seed,
    string Weights,
    ParityTolerance Tolerance,
    IReadOnlyDictionary<string, JsonElement>? GeneratedTensors = null
);

/// <summary>Largest max|got − want| / max|want| allowed.</summary>
internal sealed record ParityTolerance(double Outputs, double Grads);

/// <summary>A case with its tensors sorted by role, each under its name without the role's prefix.</summary>
internal sealed class ParityCase
{
    private readonly HashSet<string> read = [];
    private readonly Dictionary<string, Tensor> inputs = [];
    private readonly Dictionary<string, Tensor> state = [];

    /// <param name="device">Where everything computed with goes; references stay where they are read.</param>
    /// <param name="precision">What it is turned into, Float32 or Float64; references stay as they are stored.</param>
    /// <exception cref="UserException">The file is missing or damaged, or holds a tensor whose prefix has no meaning.</exception>
    public ParityCase(ParityDescription description, string directory, Device device, ScalarType precision)
    {
        (Device, Precision) = (device, precision);
        Arguments = new(description.Args);
        Mode = description.Mode;
        Seed = description.Seed;
        var path = Path.Combine(directory, description.File);
        foreach (var (name, tensor) in Safetensors.Read(path).Tensors)
        {
            if (Strip(name, "param.") is { } parameter)
                state[parameter] = Converted(tensor);
            else if (Strip(name, "buffer.") is { } buffer)
                state[buffer] = Converted(tensor);
            else if (Strip(name, "input.") is { } input)
                inputs[input] = Converted(tensor);
            else if (Strip(name, "output.") is { } output)
                Outputs[output] = tensor;
            else if (ParityComparison.IsBufferName(name) || ParityComparison.IsGradientName(name))
                Rest[name] = tensor;
            else
                throw new UserException($"{path} holds '{name}', whose prefix has no meaning here.");
        }
        if (description.Weights == "generated")
            Generate(
                description.GeneratedTensors ?? throw new UserException("Its weights are generated but generated_tensors is missing.")
            );
    }

    public ParityArguments Arguments { get; }

    /// <summary>Where the case is computed.</summary>
    public Device Device { get; }

    /// <summary>The type the case is computed in.</summary>
    public ScalarType Precision { get; }

    /// <summary>"train", "eval", or "-" for what has no modes.</summary>
    public string Mode { get; }

    public long Seed { get; }

    /// <summary>What the module should give, `inter.*` included.</summary>
    public Dictionary<string, Tensor> Outputs { get; } = [];

    /// <summary>Gradients and running statistics to compare, under their full names.</summary>
    public Dictionary<string, Tensor> Rest { get; } = [];

    /// <summary>Parameters and buffers, stored or generated, in the file's order.</summary>
    public IReadOnlyDictionary<string, Tensor> State => state;

    /// <summary>What a gradient may be asked for besides the parameters of modules: inputs as `input.NAME` and parameters of kinds that are no module.</summary>
    public Dictionary<string, Tensor> Leaves { get; } = [];

    /// <summary>An input of the module, ready to be differentiated by when it is no list of classes.</summary>
    /// <exception cref="UserException">The case has no such input.</exception>
    public Tensor Input(string name)
    {
        var input = Weight(name) ?? throw new UserException($"It has no 'input.{name}'.");
        if (input.dtype == Precision)
            Leaves["input." + name] = input.requires_grad_();
        return input;
    }

    /// <summary>A parameter of a kind that is no module; it leaves <see cref="State"/>.</summary>
    /// <exception cref="UserException">The case has no such parameter.</exception>
    public Parameter Parameter(string name)
    {
        if (!state.Remove(name, out var parameter))
            throw new UserException($"It has no 'param.{name}'.");
        var leaf = nn.Parameter(parameter);
        Leaves[name] = leaf;
        return leaf;
    }

    /// <summary>A constant that enters a loss; null when the case has none of that name.</summary>
    public Tensor? Weight(string name)
    {
        read.Add(name);
        return inputs.GetValueOrDefault(name);
    }

    /// <exception cref="UserException">The case has an input that its kind never asked for.</exception>
    public void RefuseUnread(string kind)
    {
        foreach (var name in inputs.Keys)
            if (!read.Contains(name))
                throw new UserException($"Its 'input.{name}' is none that {kind} knows.");
    }

    private void Generate(IReadOnlyDictionary<string, JsonElement> generated)
    {
        foreach (var (name, recipe) in generated)
        {
            var shape = recipe[0].EnumerateArray().Select(n => n.GetInt64()).ToArray();
            state[name] = Converted(GeneratedValues.Draw(Seed, name, shape, recipe[1].GetDouble(), recipe[2].GetDouble()));
        }
    }

    private Tensor Converted(Tensor tensor) => (tensor.dtype == ScalarType.Float32 ? tensor.to_type(Precision) : tensor).to(Device);

    private static string? Strip(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
}
