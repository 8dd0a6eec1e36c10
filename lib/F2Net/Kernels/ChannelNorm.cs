using F2Net.Kernels.Cuda;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>A layer norm over a map's channels. Where no gradient is asked for, on a GPU a kernel of its own; the module elsewhere.</summary>
internal static class ChannelNorm
{
    /// <param name="norm">Over the last axis.</param>
    /// <param name="x">(…, C).</param>
    internal static Tensor Apply(LayerNorm norm, Tensor x) =>
        !is_grad_enabled() && CudaNorm.Takes(x) ? CudaNorm.Run(x, norm.weight, norm.bias!, norm.eps) : norm.call(x);
}
