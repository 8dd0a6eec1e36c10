using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>
/// Weighting by homoscedastic uncertainty (Kendall, Gal and Cipolla 2018, Eq. 7-10): Σ exp(-s_i) L_i + s_i / 2 with a learned s_i = log σ_i² for
/// each loss, so λ_i = exp(-s_i). The s_i start at -log λ_i: the first step's weights are the given ones.
/// </summary>
/// <remarks>
/// A loss L_i that stayed the same would draw its λ_i to 1 / (2 L_i). A loss whose given weight is 0 has no s and stays out. The total may be
/// negative. State: log_variances, one for each loss with a weight, in the order alignment, balance, task.
/// </remarks>
public sealed class LearnedLossWeighting : nn.Module, ILossWeighting
{
    private readonly Parameter log_variances;
    private readonly int[] places;

    /// <param name="start">At least 0 each, and above 0 for the task.</param>
    /// <exception cref="UserException">A weight is below that.</exception>
    public LearnedLossWeighting(LossWeights start)
        : base(nameof(LearnedLossWeighting))
    {
        Check(start);
        double[] all = [start.Alignment, start.Balance, start.Task];
        places = [.. Enumerable.Range(0, all.Length).Where(i => all[i] > 0)];
        log_variances = nn.Parameter(tensor(places.Select(i => (float)-Math.Log(all[i])).ToArray()));
        RegisterComponents();
    }

    /// <summary>Says whether weights can be learned from where they start.</summary>
    /// <exception cref="UserException">One is below 0, or the task's is 0.</exception>
    internal static void Check(LossWeights start)
    {
        if (!(start.Alignment >= 0 && start.Balance >= 0 && start.Task > 0))
            throw new UserException(
                $"Learned weights start at alignmentWeight ({start.Alignment}), balanceWeight ({start.Balance}) and taskWeight ({start.Task}): make the last above 0 and the others at least 0 in the recipe, or choose lossWeighting fixed."
            );
    }

    public LossWeights Weights
    {
        get
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var all = new double[3];
            foreach (var (i, weight) in places.Zip(log_variances.neg().exp().cpu().data<float>()))
                all[i] = weight;
            return new(all[0], all[1], all[2]);
        }
    }

    public IReadOnlyList<Parameter> Trained => [log_variances];

    public Tensor Total(Tensor alignment, Tensor balance, Tensor crossEntropy)
    {
        using var scope = NewDisposeScope();
        Tensor[] all = [alignment, balance, crossEntropy];
        var losses = stack(places.Select(i => all[i]));
        return (log_variances.neg().exp() * losses + log_variances / 2).sum().MoveToOuterDisposeScope();
    }
}
