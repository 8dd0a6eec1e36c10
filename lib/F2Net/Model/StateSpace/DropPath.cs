using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>
/// Stochastic depth (Huang et al. 2016): in training each sample's residual is dropped with a given probability and the kept
/// ones are divided by the probability to be kept; in evaluation nothing happens.
/// </summary>
public sealed class DropPath : nn.Module<Tensor, Tensor>
{
    /// <param name="rate">The probability to be dropped, in [0, 1).</param>
    public DropPath(double rate)
        : base(nameof(DropPath))
    {
        if (rate is < 0 or >= 1)
            throw new ArgumentException($"rate ({rate}) must lie in [0, 1).", nameof(rate));
        Rate = rate;
    }

    /// <summary>The probability to be dropped.</summary>
    public double Rate { get; }

    public override Tensor forward(Tensor x)
    {
        if (!training || Rate == 0)
            return x.alias();

        using var scope = NewDisposeScope();
        var shape = x.shape.Select((n, i) => i == 0 ? n : 1).ToArray();
        // Drawn on the CPU wherever x is: a checkpoint carries that generator alone, so a resumed run draws the same everywhere.
        var kept = empty(shape, dtype: x.dtype, device: CPU).bernoulli_(1 - Rate).to(x.device); // (B, 1, …)
        return (x * (kept / (1 - Rate))).MoveToOuterDisposeScope();
    }
}
