using F2Net.Kernels.Logits;
using F2Net.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Losses;

/// <summary>Which parameters of each branch CFBL balances.</summary>
public enum BalanceScope
{
    FinalBlocks,
    WholeBranches,
}

/// <summary>The weights of Eq. 18 and the cross-entropy's options.</summary>
public sealed record F2NetLossOptions
{
    /// <summary>Whether λ stay as they are given here, or are learned from there.</summary>
    public LossWeighting Weighting { get; init; } = LossWeighting.Fixed;

    /// <summary>λ of CFAL.</summary>
    public double Alignment { get; init; } = 0.1;

    /// <summary>λ of CFBL. At 0, and where one branch is alone, the norms are still measured, without the second-order graph.</summary>
    public double Balance { get; init; } = 0.1;

    /// <summary>λ of the cross-entropy.</summary>
    public double CrossEntropy { get; init; } = 1;

    public BalanceScope BalanceScope { get; init; } = BalanceScope.FinalBlocks;

    /// <summary>The cross-entropy's weight for each class; all equal when null.</summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>The class id of pixels that do not count.</summary>
    public int IgnoreIndex { get; init; } = 255;
}

/// <summary>The total loss and its parts, all scalars on the model's device.</summary>
/// <param name="Total">Eq. 18, or with what learned weights add; with the graph to differentiate.</param>
/// <param name="CrossEntropy">CE.</param>
/// <param name="Alignment">CFAL; 0 in a network without both frequencies.</param>
/// <param name="Balance">CFBL; 0 where gradients are off.</param>
/// <param name="GradientNorms">G of each branch that is present; empty where gradients are off.</param>
public sealed record F2NetLossParts(
    Tensor Total,
    Tensor CrossEntropy,
    Tensor Alignment,
    Tensor Balance,
    IReadOnlyList<(Branch Branch, Tensor Norm)> GradientNorms
);

/// <summary>The total loss (Eq. 18): λ CFAL + λ CFBL + λ CE.</summary>
/// <remarks>
/// CFAL's projections live here, under the state names cfal.*, and so do learned weights, under weighting.*; an optimizer takes the model's parameters and the loss's, and a
/// checkpoint the state of both.
/// </remarks>
public sealed class F2NetLoss : nn.Module<F2NetOutput, Tensor, F2NetLossParts>
{
    private readonly CrossFrequencyAlignmentLoss? cfal;
    private readonly ILossWeighting weighting;
    private readonly F2NetLossOptions options;
    private readonly (Branch Branch, IReadOnlyList<Parameter> Parameters)[] balanced;

    /// <param name="model">The network whose outputs will be judged; its parameters are not taken over.</param>
    /// <exception cref="ArgumentException">There is not one class weight for each class.</exception>
    /// <exception cref="UserException">A weight that is to be learned from starts below 0.</exception>
    public F2NetLoss(F2NetModel model, F2NetLossOptions? options = null)
        : base(nameof(F2NetLoss))
    {
        this.options = options ?? new();
        var config = model.Config;
        if (this.options.ClassWeights is { } weights && weights.Count != config.Classes)
            throw new ArgumentException($"There are {weights.Count} class weights for {config.Classes} classes.", nameof(options));

        if (config.Has(Branch.High) && F2NetModel.LowFrequencyChannels(config) is { } low)
            cfal = new CrossFrequencyAlignmentLoss(low, config.HighFrequencyChannels, config.AlignmentChannels);
        var modules = this.options.BalanceScope == BalanceScope.FinalBlocks ? model.LastBlocks() : model.WholeBranches();
        balanced = modules.Select(m => (m.Item1, (IReadOnlyList<Parameter>)m.Item2.parameters().ToArray())).ToArray();
        weighting = MakeWeighting();
        RegisterComponents();
    }

    /// <summary>How the losses are weighed.</summary>
    public ILossWeighting Weighting => weighting;

    /// <summary>Whether a name of this state is one that the authors' modules have too: CFAL's are, learned weights are ours.</summary>
    internal static bool IsPublished(string name) => name.StartsWith("cfal.", StringComparison.Ordinal);

    // A loss that the network cannot have is 0 whatever its weight, which could then be learned without end.
    private ILossWeighting MakeWeighting() =>
        options.Weighting switch
        {
            LossWeighting.Fixed => new FixedLossWeighting(new(options.Alignment, options.Balance, options.CrossEntropy)),
            LossWeighting.Learned => new LearnedLossWeighting(
                new(cfal is null ? 0 : options.Alignment, balanced.Length < 2 ? 0 : options.Balance, options.CrossEntropy)
            ),
            _ => throw Variants.Unknown(options.Weighting),
        };

    /// <param name="output">Of <see cref="F2NetModel.Run"/>.</param>
    /// <param name="mask">(B, H, W), int64 class ids.</param>
    public override F2NetLossParts forward(F2NetOutput output, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var logits = output.Logits;
        var weights = options.ClassWeights is { } w ? tensor(w.ToArray(), dtype: logits.dtype, device: logits.device) : null;
        var crossEntropy = CrossEntropy.Apply(logits, mask, weights, options.IgnoreIndex);
        var alignment = cfal is null ? zeros_like(crossEntropy) : cfal.call(output.LowFrequency!, output.HighFrequency!);
        var norms = crossEntropy.requires_grad
            ? CrossFrequencyBalanceLoss.GradientNorms(
                crossEntropy,
                balanced.Select(b => b.Parameters).ToArray(),
                differentiable: options.Balance != 0 && balanced.Length > 1
            )
            : [];
        var balance = norms.Count == 0 ? zeros_like(crossEntropy) : CrossFrequencyBalanceLoss.Spread(norms).to_type(crossEntropy.dtype);

        var total = weighting.Total(alignment, balance, crossEntropy);
        var parts = new F2NetLossParts(
            total,
            crossEntropy,
            alignment,
            balance,
            norms.Select((norm, i) => (balanced[i].Branch, norm.detach())).ToArray()
        );
        scope.MoveToOuter([parts.Total, parts.CrossEntropy, parts.Alignment, parts.Balance, .. parts.GradientNorms.Select(n => n.Norm)]);
        return parts;
    }
}
