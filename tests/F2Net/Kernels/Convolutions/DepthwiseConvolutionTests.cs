using F2Net.Kernels.Convolutions;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Convolutions;

public class DepthwiseConvolutionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 3)]
    [InlineData(2, 5, 7, 4, 3)]
    [InlineData(1, 16, 9, 13, 5)]
    public void Results_and_both_derivatives_are_those_of_the_operator(long batch, long channels, long height, long width, long side)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor[] inputs =
        [
            randn([batch, channels, height, width], requires_grad: true),
            randn([channels, 1, side, side], requires_grad: true),
        ];
        Tensor[] All(Func<Tensor, Tensor, Tensor> convolve)
        {
            var y = convolve(inputs[0], inputs[1]);
            var first = autograd.grad([y.pow(3).sum()], inputs, retain_graph: true, create_graph: true);
            var second = autograd.grad([first[0].square().sum() + first[1].square().sum()], inputs);
            return [y, .. first, .. second];
        }
        foreach (var (wanted, got) in All(Operator).Zip(All(DepthwiseConvolution.Apply)))
            Assert.InRange((wanted - got).abs().max().item<float>(), 0, 1e-5f * Math.Max(1, wanted.abs().max().item<float>()));
    }

    [Fact]
    public void A_gradient_that_only_the_weight_needs_is_enough()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (randn(1, 4, 6, 5), randn([4, 1, 3, 3], requires_grad: true));
        Tensor Twice(Func<Tensor, Tensor, Tensor> convolve)
        {
            var first = autograd.grad([convolve(x, weight).pow(3).sum()], [weight], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.square().sum()], [weight])[0];
        }
        var (wanted, got) = (Twice(Operator), Twice(DepthwiseConvolution.Apply));
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 1e-5f * wanted.abs().max().item<float>());
    }

    private static Tensor Operator(Tensor x, Tensor weight)
    {
        var padding = weight.shape[2] / 2;
        return nn.functional.conv2d(x, weight, padding: [padding, padding], groups: weight.shape[0]);
    }
}
