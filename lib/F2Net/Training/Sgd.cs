using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>Stochastic gradient descent with momentum: v ← μ v + g + λ p, p ← p − η v (the paper's optimiser, μ = 0.9).</summary>
public sealed class Sgd : IOptimizer
{
    private readonly IReadOnlyList<NamedParameter> parameters;
    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);
    private readonly double momentum,
        weightDecay;

    public Sgd(IReadOnlyList<NamedParameter> parameters, double momentum, double weightDecay)
    {
        (this.parameters, this.momentum, this.weightDecay) = (parameters, momentum, weightDecay);
        // Starting from v = 0 gives v = g after the first step, as torch.optim.SGD has it.
        foreach (var (name, p) in parameters)
            state[$"momentum.{name}"] = zeros_like(p).DetachFromDisposeScope();
    }

    public IReadOnlyDictionary<string, Tensor> State => state;

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var parameter in parameters)
        {
            var (name, p) = parameter;
            if (p.grad is not { } g)
                continue;
            var v = state[$"momentum.{name}"].mul_(momentum).add_(g);
            if (weightDecay != 0 && parameter.Decays)
                v.add_(p, weightDecay);
            p.add_(v, -learningRate);
        }
    }
}
