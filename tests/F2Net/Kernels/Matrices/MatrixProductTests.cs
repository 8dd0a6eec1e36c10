using F2Net.Kernels.Matrices;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Matrices;

public class MatrixProductTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 64, 16)] // fewer rows than a tile
    [InlineData(37, 5, 7)]
    [InlineData(300, 48, 64)]
    [InlineData(5000, 16, 33)] // a weight's gradient in parts
    [InlineData(50, 400, 200)]
    public void A_linear_layer_and_both_derivatives_are_libtorchs(long rows, long features, long results)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var linear = nn.Linear(features, results);
        var x = randn([2, rows, features], requires_grad: true) * 0.1;
        Derivatives.AssertSame(
            t => nn.functional.linear(t[0], t[1], t[2]),
            t => MatrixProduct.Apply(linear, t[0]),
            [x.detach().requires_grad_(), linear.weight, linear.bias!]
        );
    }

    [Fact]
    public void A_linear_layer_without_bias()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(24, 20, hasBias: false);
        Derivatives.AssertSame(
            t => nn.functional.linear(t[0], t[1]),
            t => MatrixProduct.Apply(linear, t[0]),
            [randn([3, 9, 24], requires_grad: true), linear.weight]
        );
    }

    [Theory]
    [InlineData(new long[] { 3 }, 7, 5, 9)]
    [InlineData(new long[] { 2, 1, 4 }, 16, 64, 64)]
    [InlineData(new long[] { 1 }, 6, 3000, 8)]
    public void Stacked_products_and_both_derivatives_are_libtorchs(long[] stack, long m, long k, long n)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor[] inputs = [(randn([.. stack, m, k]) * 0.1).requires_grad_(), randn([.. stack, k, n], requires_grad: true)];
        Derivatives.AssertSame(t => t[0].matmul(t[1]), t => MatrixProduct.Apply(t[0], t[1]), inputs);
    }

    [Fact]
    public void Turned_matrices_keep_their_derivatives()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [randn([3, 20, 12], requires_grad: true), randn([3, 20, 9], requires_grad: true)];
        Derivatives.AssertSame(t => t[0].transpose(1, 2).matmul(t[1]), t => MatrixProduct.Apply(t[0].transpose(1, 2), t[1]), inputs);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradients_nobody_asks_for_are_not_needed(bool ofFirst, bool ofSecond)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [randn([2, 20, 12], requires_grad: ofFirst), randn([2, 12, 9], requires_grad: ofSecond)];
        Derivatives.AssertSame(t => t[0].matmul(t[1]), t => MatrixProduct.Apply(t[0], t[1]), inputs);
    }

    [Theory]
    [InlineData(new long[] { 1, 7, 5 }, new long[] { 3, 5, 9 })]
    [InlineData(new long[] { 3, 7, 5 }, new long[] { 1, 5, 9 })]
    [InlineData(new long[] { 3, 7, 5 }, new long[] { 5, 9 })]
    public void Stacks_of_different_sizes_are_broadcast_as_libtorch_does(long[] a, long[] b)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => t[0].matmul(t[1]),
            t => MatrixProduct.Apply(t[0], t[1]),
            [randn(a, requires_grad: true), randn(b, requires_grad: true)]
        );
    }

    [Fact]
    public void Matrices_that_do_not_meet_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => MatrixProduct.Apply(randn(2, 7, 5), randn(2, 6, 9)));
        Assert.ThrowsAny<Exception>(() => MatrixProduct.Apply(nn.Linear(6, 9), randn(2, 5)));
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(16, 24);
        Derivatives.AssertThreadsChangeNothing(
            t => MatrixProduct.Apply(linear, t[0]),
            [randn([9000, 16], requires_grad: true), linear.weight]
        );
    }

    [KernelFact]
    public void A_third_derivative_is_refused()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [randn([3, 4], requires_grad: true), randn([4, 5], requires_grad: true)];
        var first = autograd.grad([MatrixProduct.Apply(inputs[0], inputs[1]).square().sum()], inputs, create_graph: true);
        var error = Assert.ThrowsAny<Exception>(() =>
            autograd.grad([first[0].square().sum()], inputs, create_graph: true, allow_unused: true)
        );
        Assert.Contains("A product or a convolution has two derivatives; a third was asked for.", error.Message);
    }
}
