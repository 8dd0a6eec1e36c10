using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent: v ← μ v + (1 - τ)(g + λ p), p ← p - lr v.</summary>
public class SGD : optim.Optimizer, optim.IMomentum
{
    private readonly Dictionary<Parameter, Tensor> velocity = new(ReferenceEqualityComparer.Instance);
    private readonly double dampening,
        decay;
    private readonly bool nesterov,
        maximize;

    public SGD(
        IEnumerable<Parameter> parameters,
        double lr,
        double momentum = 0.0,
        double dampening = 0.0,
        double weight_decay = 0.0,
        bool nesterov = false,
        bool maximize = false
    )
        : base(parameters, lr) =>
        (Momentum, this.dampening, decay, this.nesterov, this.maximize) = (momentum, dampening, weight_decay, nesterov, maximize);

    public double Momentum { get; set; }

    private protected override void Update(Parameter parameter, Tensor grad)
    {
        var g = maximize ? -grad : grad;
        if (decay != 0)
            g = g.add(parameter, decay);
        if (Momentum != 0)
        {
            if (!velocity.TryGetValue(parameter, out var v))
                velocity[parameter] = v = g.clone().DetachFromDisposeScope();
            else
                v.mul_(Momentum).add_(g, 1 - dampening);
            g = nesterov ? g.add(v, Momentum) : v;
        }

        parameter.add_(g, -Rate);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var v in velocity.Values)
            v.Dispose();
        base.Dispose(disposing);
    }
}
