using F2Net.Kernels.Cuda;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Norms;

/// <summary>
/// A layer norm over a map's channels with two derivatives, on the CPU in float32 for whole vectors of channels. On a GPU a kernel of its own
/// where no gradient is asked for; the module elsewhere.
/// </summary>
internal static class ChannelNorm
{
    /// <param name="norm">Over the last axis.</param>
    /// <param name="x">(…, C).</param>
    internal static Tensor Apply(LayerNorm norm, Tensor x)
    {
        if (!ChannelNormPixels.Takes(x))
            return !is_grad_enabled() && CudaNorm.Takes(x) ? CudaNorm.Run(x, norm.weight, norm.bias!, norm.eps) : norm.call(x);
        using var dense = x.contiguous();
        using var statistics = ChannelNormPixels.Statistics(dense, norm.eps);
        return TwiceDifferentiable.Apply(new Kernel(), [dense, norm.weight, norm.bias!], statistics);
    }

    private sealed class Kernel : ITwiceDifferentiable
    {
        public string Name => "The channel norm";

        public Tensor Value(List<Tensor> given) => Pixels(given).Normalise(given[2]);

        public List<Tensor> Gradients(List<Tensor> given, Tensor g) => Pixels(given).Differentiate(g);

        public (List<Tensor> Inputs, Tensor G) SecondGradients(List<Tensor> given, Tensor g, List<Tensor> asked)
        {
            var grads = Pixels(given).DifferentiateTwice(g, asked[0], asked[1], asked[2]);
            return ([grads[0], grads[1], null!], grads[2]);
        }

        private static ChannelNormPixels Pixels(List<Tensor> given) => new(given[0], given[1], given[3]);
    }
}
