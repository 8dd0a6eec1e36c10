using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>Gradients of a case's losses, each loss differentiated once, when its first gradient is asked for.</summary>
internal sealed class ParityGradients
{
    private readonly List<(string Name, Tensor Tensor)> leaves;
    private readonly IReadOnlyDictionary<string, Tensor> losses;
    private readonly Dictionary<string, Dictionary<string, Tensor>> computed = [];
    private readonly long seed;

    public ParityGradients(ParityOutcome outcome, ParitySubject subject, ParityCase vectors)
    {
        leaves = [.. subject.Parameters, .. vectors.Leaves.Select(l => (l.Key, l.Value))];
        losses = outcome.Losses ?? WeightedSum(outcome.Outputs, vectors);
        seed = vectors.Seed;
    }

    /// <summary>Error of the gradient that a stored name means, in whichever of the three forms it is stored.</summary>
    /// <param name="stored">`grad.`, `gradsample.` or `gradstat.`, then a loss and a dot when it is not the main one, then the tensor.</param>
    /// <param name="want">The stored gradient, sample or statistics.</param>
    /// <exception cref="UserException">There is no such tensor or loss, or the shapes differ.</exception>
    public double Error(string stored, Tensor want)
    {
        var name = stored[(stored.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var gradient = Of(name);
        if (stored.StartsWith(ParityComparison.GradientStatistics, StringComparison.Ordinal))
            return ParityComparison.StatisticsError(name, gradient, want, seed);
        var sampled = stored.StartsWith(ParityComparison.GradientSample, StringComparison.Ordinal);
        return ParityComparison.Error(stored, sampled ? ParityComparison.Sample(gradient) : gradient, want);
    }

    private Tensor Of(string name)
    {
        // The whole name first: `cfal.proj_m.bias` is a tensor of the network although cfal is a loss as well.
        if (losses.ContainsKey("") && Gradients("").TryGetValue(name, out var ofMainLoss))
            return ofMainLoss;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && losses.ContainsKey(name[..dot]) && Gradients(name[..dot]).TryGetValue(name[(dot + 1)..], out var ofNamedLoss))
            return ofNamedLoss;
        throw new UserException($"It wants the gradient '{name}', which this module does not have.");
    }

    private Dictionary<string, Tensor> Gradients(string loss)
    {
        if (computed.TryGetValue(loss, out var known))
            return known;
        if (!losses[loss].requires_grad)
            throw new UserException("Its loss does not depend on anything that a gradient could be taken of.");
        // An unused tensor comes back invalid: its gradient is zero.
        var gradients = autograd.grad([losses[loss]], [.. leaves.Select(l => l.Tensor)], retain_graph: true, allow_unused: true);
        return computed[loss] = leaves
            .Zip(gradients, (leaf, gradient) => (leaf.Name, Gradient: gradient.IsInvalid ? zeros_like(leaf.Tensor) : gradient))
            .ToDictionary(g => g.Name, g => g.Gradient);
    }

    private static Dictionary<string, Tensor> WeightedSum(IReadOnlyDictionary<string, Tensor> outputs, ParityCase vectors)
    {
        var terms = outputs
            .Select(o => (o.Value, Weight: vectors.Weight("w_" + o.Key)))
            .Where(o => o.Weight is not null)
            .Select(o => (o.Value * o.Weight!).sum())
            .ToList();
        return terms.Count == 0 ? [] : new() { [""] = terms.Aggregate((a, b) => a + b) };
    }
}
