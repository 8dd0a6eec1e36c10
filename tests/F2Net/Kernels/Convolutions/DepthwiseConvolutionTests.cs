using F2Net.Kernels.Convolutions;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Convolutions;

public class DepthwiseConvolutionTests
{
    [Theory]
    [InlineData(1, 8, 1, 1, 3)]
    [InlineData(2, 8, 7, 4, 3)]
    [InlineData(1, 16, 9, 13, 5)]
    [InlineData(1, 5, 6, 7, 3)] // no multiple of eight channels
    public void The_sums_and_both_derivatives_are_the_operators(long batch, long channels, long height, long width, long side)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Derivatives.AssertSame(
            t => DepthwiseConvolution.Reference(t[0], t[1]),
            t => DepthwiseConvolution.Apply(t[0], t[1]),
            [randn([batch, height, width, channels], requires_grad: true), randn([channels, 1, side, side], requires_grad: true)]
        );
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradients_nobody_asks_for_are_not_needed(bool ofInput, bool ofWeight)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => DepthwiseConvolution.Reference(t[0], t[1]),
            t => DepthwiseConvolution.Apply(t[0], t[1]),
            [randn([1, 6, 5, 8], requires_grad: ofInput), randn([8, 1, 3, 3], requires_grad: ofWeight)]
        );
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertThreadsChangeNothing(
            t => DepthwiseConvolution.Apply(t[0], t[1]),
            [randn([2, 20, 9, 8], requires_grad: true), randn([8, 1, 3, 3], requires_grad: true)]
        );
    }
}
