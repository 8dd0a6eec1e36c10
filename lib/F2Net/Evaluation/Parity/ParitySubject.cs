using F2Net.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>What came out of a case.</summary>
/// <param name="Outputs">By the name the vectors use, intermediates as `inter.NAME`.</param>
/// <param name="Losses">
/// Scalars to differentiate, by name, "" being the one that `grad.NAME` means; null for the usual one, the sum over outputs k of sum(output.k · input.w_k).
/// </param>
internal sealed record ParityOutcome(IReadOnlyDictionary<string, Tensor> Outputs, IReadOnlyDictionary<string, Tensor>? Losses = null);

/// <summary>A module built for a case, or several whose state names get a prefix each, and how to run it on the case's inputs.</summary>
internal sealed record ParitySubject(IReadOnlyList<(string Prefix, nn.Module Module)> Modules, Func<ParityOutcome> Forward) : IDisposable
{
    /// <summary>One module under its own names, with the usual loss.</summary>
    public static ParitySubject Of(nn.Module module, Func<Dictionary<string, Tensor>> forward) => new([("", module)], () => new(forward()));

    /// <summary>A function, with the usual loss.</summary>
    public static ParitySubject Of(Func<Dictionary<string, Tensor>> forward) => new([], () => new(forward()));

    /// <summary>The live parameters and buffers.</summary>
    public Dictionary<string, Tensor> State =>
        Modules
            .SelectMany(m => m.Module.state_dict().Select(s => (Name: m.Prefix + s.Key, s.Value)))
            .ToDictionary(s => s.Name, s => s.Value);

    /// <summary>Parameters only.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Parameters =>
        Modules.SelectMany(m => m.Module.named_parameters().Select(p => (m.Prefix + p.name, (Tensor)p.parameter)));

    /// <summary>Gives the modules the case's device, precision, weights and mode.</summary>
    /// <exception cref="UserException">Names or shapes differ, or the mode is unknown.</exception>
    public void Load(ParityCase vectors, ParityDescription description)
    {
        foreach (var (_, module) in Modules)
            module.to(vectors.Device, vectors.Precision);
        var targets = State;
        var state = new Dictionary<string, Tensor>(vectors.State);
        if (description.Weights == "generated")
            foreach (var (name, buffer) in targets)
                if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                    state.TryAdd(name, zeros_like(buffer));
        ModuleState.Load(targets, state, description.File);

        if (description.Mode is not ("train" or "eval" or "-"))
            throw new UserException($"Its mode '{description.Mode}' is neither train, eval nor -.");
        foreach (var (_, module) in Modules)
            module.train(description.Mode == "train");
    }

    public void Dispose()
    {
        foreach (var (_, module) in Modules)
            module.Dispose();
    }
}
