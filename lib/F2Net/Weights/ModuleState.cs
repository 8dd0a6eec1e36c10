using static TorchSharp.torch;

namespace F2Net.Weights;

/// <summary>Puts weights read from a file into a network: every name, every shape, every value, or nothing at all.</summary>
public static class ModuleState
{
    /// <summary>Copies <paramref name="state"/> into <paramref name="targets"/>, whatever their device and type.</summary>
    /// <param name="targets">The live parameters and buffers by name, as state_dict() of a module gives them.</param>
    /// <param name="state">As many tensors under the same names.</param>
    /// <param name="file">Where the state came from, for the messages.</param>
    /// <exception cref="UserException">
    /// A name is missing or unexpected, a shape differs, or a value is NaN or infinite; the targets are then as they were.
    /// </exception>
    public static void Load(IReadOnlyDictionary<string, Tensor> targets, IReadOnlyDictionary<string, Tensor> state, string file)
    {
        var missing = targets.Keys.Where(name => !state.ContainsKey(name)).ToList();
        if (missing.Count > 0)
            throw new UserException($"{file} lacks {Named(missing)} of this network; use the configuration it was trained with.");
        LoadSome(targets, state, file);
    }

    /// <summary>The same for a part: targets that the state does not name stay as they are.</summary>
    /// <exception cref="UserException">A name is unexpected, a shape differs, or a value is NaN or infinite; the targets are then as they were.</exception>
    public static void LoadSome(IReadOnlyDictionary<string, Tensor> targets, IReadOnlyDictionary<string, Tensor> state, string file)
    {
        var unexpected = state.Keys.Where(name => !targets.ContainsKey(name)).ToList();
        if (unexpected.Count > 0)
            throw new UserException(
                $"{file} holds {Named(unexpected)} that this network lacks; use the configuration it was trained with."
            );

        foreach (var (name, values) in state)
        {
            var target = targets[name];
            if (!target.shape.SequenceEqual(values.shape))
                throw new UserException(
                    $"{name} has shape {Shape(values)} in {file} but {Shape(target)} in this network; use the configuration it was trained with."
                );
            if (!IsFinite(values))
                throw new UserException($"{name} has NaN or infinite values in {file}; use an earlier checkpoint.");
        }

        using var noGrad = no_grad();
        foreach (var (name, values) in state)
            targets[name].copy_(values);
    }

    internal static bool IsFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    private static string Named(List<string> names) => names.Count == 1 ? $"'{names[0]}'" : $"{names.Count} tensors, '{names[0]}' first,";

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
