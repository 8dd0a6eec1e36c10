using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2).</summary>
public class AdamW : optim.Optimizer, optim.IBetas
{
    private readonly Dictionary<Parameter, Moments> moments = new(ReferenceEqualityComparer.Instance);
    private readonly double eps,
        decay;
    private readonly bool amsgrad,
        maximize;

    public AdamW(
        IEnumerable<Parameter> parameters,
        double lr = 0.001,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double eps = 1E-08,
        double weight_decay = 0.0,
        bool amsgrad = false,
        bool maximize = false
    )
        : base(parameters, lr) =>
        (Betas, this.eps, decay, this.amsgrad, this.maximize) = ((beta1, beta2), eps, weight_decay, amsgrad, maximize);

    public (double, double) Betas { get; set; }

    private protected override void Update(Parameter parameter, Tensor grad)
    {
        var g = maximize ? -grad : grad;
        var (beta1, beta2) = Betas;
        if (!moments.TryGetValue(parameter, out var m))
            moments[parameter] = m = new Moments(Zeros(parameter), Zeros(parameter), amsgrad ? Zeros(parameter) : null);
        m.Step++;

        parameter.mul_(1 - Rate * decay);
        m.First.mul_(beta1).add_(g, 1 - beta1);
        m.Second.mul_(beta2).addcmul_(g, g, 1 - beta2);
        if (m.Largest is { } largest)
            largest.copy_(largest.maximum(m.Second));
        var size = (m.Largest ?? m.Second).sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, m.Step))).add_(eps);
        parameter.addcdiv_(m.First, size, -Rate / (1 - Math.Pow(beta1, m.Step)));
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var m in moments.Values)
        {
            m.First.Dispose();
            m.Second.Dispose();
            m.Largest?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Tensor Zeros(Tensor like) => zeros_like(like).DetachFromDisposeScope();

    private sealed record Moments(Tensor First, Tensor Second, Tensor? Largest)
    {
        internal int Step { get; set; }
    }
}
