using static TorchSharp.torch;

namespace F2Net.Kernels.Logits;

/// <summary>
/// The cross-entropy of a map of logits and a mask, a mean over its labelled pixels, with two derivatives, on the CPU in float32. libtorch's operator
/// elsewhere.
/// </summary>
public static class CrossEntropy
{
    /// <param name="logits">(B, C, H, W).</param>
    /// <param name="mask">(B, H, W), int64 class ids.</param>
    /// <param name="weights">Of each class, (C); all 1 if left out.</param>
    /// <param name="ignore">The id of pixels without a label.</param>
    /// <returns>A scalar: Σ ω·(log Σ_k exp z_k - z_y) / Σ ω over the pixels, ω the weight of a pixel's class y; NaN where none has a label.</returns>
    public static Tensor Apply(Tensor logits, Tensor mask, Tensor? weights, long ignore)
    {
        if (!CrossEntropyPixels.Takes(logits, mask, weights))
            return nn.functional.cross_entropy(logits, mask, weights, ignore);
        using var labels = mask.contiguous();
        using var omega = CrossEntropyPixels.Weights(labels, weights, logits.shape[1], ignore);
        return omega is null
            ? nn.functional.cross_entropy(logits, mask, weights, ignore) // it says which label is no class
            : TwiceDifferentiable.Apply(new Kernel(), [logits], labels, omega);
    }

    private sealed class Kernel : ITwiceDifferentiable
    {
        public string Name => "The cross-entropy";

        public Tensor Value(List<Tensor> given) => Pixels(given).Mean();

        public List<Tensor> Gradients(List<Tensor> given, Tensor g) => [Pixels(given).Differentiate(g)];

        public (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked)
        {
            var (gradZ, gradG) = Pixels(given).DifferentiateTwice(g, asked[0]);
            return ([gradZ], gradG);
        }

        private static CrossEntropyPixels Pixels(List<Tensor> given) => new(given[0], given[1], given[2]);
    }
}
