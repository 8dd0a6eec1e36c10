using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>What a kernel's backward returns when a second derivative is asked for: the reference has one.</summary>
internal static class SecondOrder
{
    /// <param name="reference">The reference's result on the inputs.</param>
    /// <param name="grad">Of that result.</param>
    /// <returns>The inputs' gradients, with a graph of their own.</returns>
    internal static IList<Tensor> Through(Tensor reference, IList<Tensor> inputs, Tensor grad) =>
        autograd.grad([reference], inputs, [grad], retain_graph: true, create_graph: true, allow_unused: true);
}
