using F2Net.Kernels.Parameters;
using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2), β = (0.9, 0.999), ε = 1e-8.</summary>
public sealed class AdamW : IOptimizer
{
    private const double Beta1 = 0.9,
        Beta2 = 0.999,
        Epsilon = 1e-8;

    private readonly IReadOnlyList<NamedParameter> parameters;
    private readonly Dictionary<string, Tensor> state = new(StringComparer.Ordinal);
    private readonly Tensor steps = zeros([1], ScalarType.Int64).DetachFromDisposeScope();
    private readonly double weightDecay;

    public AdamW(IReadOnlyList<NamedParameter> parameters, double weightDecay)
    {
        (this.parameters, this.weightDecay) = (parameters, weightDecay);
        state["steps"] = steps;
        foreach (var (name, p) in parameters)
        {
            state[$"first.{name}"] = zeros_like(p).DetachFromDisposeScope();
            state[$"second.{name}"] = zeros_like(p).DetachFromDisposeScope();
        }
    }

    public IReadOnlyDictionary<string, Tensor> State => state;

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        steps.add_(1);
        var t = steps.item<long>();
        var update = new AdamWUpdate(
            Beta1,
            Beta2,
            Epsilon,
            Decay: 1 - learningRate * weightDecay,
            Rate: learningRate / (1 - Math.Pow(Beta1, t)),
            Scale: 1 / Math.Sqrt(1 - Math.Pow(Beta2, t))
        );
        var undecayed = update with { Decay = 1 };
        foreach (var parameter in parameters)
        {
            var (name, p) = parameter;
            if (p.grad is { } g)
                (parameter.Decays ? update : undecayed).Apply(p, g, state[$"first.{name}"], state[$"second.{name}"]);
        }
    }
}
