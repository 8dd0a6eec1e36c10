using F2Net.Kernels.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>
/// Cross-frequency balance loss (CFBL, Eq. 17): how far apart the branches' gradient norms are,
/// Σ |G_i - mean G|, where G_i is the L2 norm of the task loss's gradient with respect to branch i's parameters.
/// </summary>
/// <remarks>
/// The mean is not detached, and the derivative of |·| at 0 is 0. Which parameters enter is the caller's choice; the paper says the
/// final block of each branch. Norms are double.
/// </remarks>
public static class CrossFrequencyBalanceLoss
{
    /// <param name="taskLoss">A scalar with a graph; the cross-entropy alone. Its graph is kept.</param>
    /// <param name="groups">Each branch's parameters. Those that the loss does not depend on are skipped.</param>
    /// <param name="differentiable">Whether the norms keep a graph of their own, to be differentiated once more.</param>
    /// <returns>G_i for each branch, double scalars.</returns>
    public static IReadOnlyList<Tensor> GradientNorms(Tensor taskLoss, IReadOnlyList<IReadOnlyList<Parameter>> groups, bool differentiable)
    {
        using var scope = NewDisposeScope();
        var parameters = groups.SelectMany(group => group).ToArray<Tensor>();
        var gradients = autograd.grad([taskLoss], parameters, retain_graph: true, create_graph: differentiable, allow_unused: true);
        var norms = new List<Tensor>();
        var next = 0;
        foreach (var group in groups)
        {
            var present = gradients.Skip(next).Take(group.Count).Where(gradient => !gradient.IsInvalid).ToArray();
            next += group.Count;
            norms.Add(present.Length == 0 ? zeros([], dtype: ScalarType.Float64, device: taskLoss.device) : Root(SquaredNorm.Of(present)));
        }
        scope.MoveToOuter(norms);
        return norms;
    }

    /// <param name="norms">G_i, scalars.</param>
    /// <returns>A scalar of their type; 0 for a single branch.</returns>
    public static Tensor Spread(IReadOnlyList<Tensor> norms)
    {
        using var scope = NewDisposeScope();
        var all = stack(norms);
        return (all - all.mean()).abs().sum().MoveToOuterDisposeScope(); // Eq. 17
    }

    // The square root's slope at 0 is infinite; below the bound the clamp's slope is 0, so a vanished gradient stays harmless.
    private static Tensor Root(Tensor square) => square.clamp(min: 1e-60).sqrt();
}
