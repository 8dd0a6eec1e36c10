using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Norms;

/// <summary>
/// relu?(BN(x) + identity) with two derivatives, in training on the CPU in float32 for planes of whole vectors; the module and operators elsewhere.
/// </summary>
internal static class BatchNormActivation
{
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="identity">Of x's shape, added before the ReLU; null for none.</param>
    internal static Tensor Apply(BatchNorm2d norm, Tensor x, Tensor? identity, bool relu)
    {
        using var scope = NewDisposeScope();
        if (!BatchNormStatistics.Takes(norm, x) || (identity is not null && !relu))
        {
            var normed = norm.call(x);
            var sum = identity is null ? normed : normed + identity;
            return (relu ? sum.relu_() : sum).MoveToOuterDisposeScope();
        }
        var dense = x.contiguous();
        var statistics = BatchNormStatistics.Of(norm, dense);
        Tensor[] inputs = [dense, norm.weight, norm.bias!];
        return TwiceDifferentiable
            .Apply(new Kernel(relu), identity is null ? inputs : [.. inputs, identity], statistics)
            .MoveToOuterDisposeScope();
    }

    // Given are x, γ, β and perhaps the identity; then the statistics, and behind a ReLU the value, which shows what it let through.
    private sealed class Kernel(bool relu) : ITwiceDifferentiable
    {
        public string Name => "The batch norm";

        public bool KeepsValue => relu;

        public Tensor Value(List<Tensor> given) =>
            new BatchNormPlanes(given[0], given[1], given[^1], null).Activate(given[2], given.Count > 4 ? given[3] : null, relu);

        public List<Tensor> Gradients(List<Tensor> given, Tensor g) => Planes(given).Differentiate(g, HasIdentity(given));

        public (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked)
        {
            var grads = Planes(given).DifferentiateTwice(g, asked[0], asked[1], asked[2], asked.ElementAtOrDefault(3));
            return (HasIdentity(given) ? [grads[0], grads[1], null!, null!] : [grads[0], grads[1], null!], grads[2]);
        }

        private BatchNormPlanes Planes(List<Tensor> given) =>
            relu ? new(given[0], given[1], given[^2], given[^1]) : new(given[0], given[1], given[^1], null);

        private bool HasIdentity(List<Tensor> given) => given.Count > (relu ? 5 : 4);
    }
}
