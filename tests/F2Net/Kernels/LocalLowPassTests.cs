using F2Net.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

public class LocalLowPassTests
{
    [Theory]
    [InlineData(1, 4, 1, 3, 1, 1)]
    [InlineData(2, 6, 2, 3, 7, 13)]
    [InlineData(1, 4, 2, 5, 3, 40)]
    [InlineData(3, 16, 4, 3, 33, 47)]
    public void One_pass_gives_what_tensor_operators_give(long b, long c, long groups, long k, long h, long w)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn([b, c, h, w], requires_grad: true);
        var responses = randn([b, groups * k * k, h, w], requires_grad: true);
        var weight = randn([b, c, h, w]);
        var fast = LocalLowPass.Apply(x, responses, groups, k);
        var slow = LocalLowPass.Reference(x, responses, groups, k);
        AssertClose(slow, fast);

        var wanted = autograd.grad([(slow * weight).sum()], [x, responses]);
        var got = autograd.grad([(fast * weight).sum()], [x, responses]);
        AssertClose(wanted[0], got[0]);
        AssertClose(wanted[1], got[1]);
    }

    [Fact]
    public void Second_derivatives_are_those_of_the_reference()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn([1, 4, 5, 9], requires_grad: true);
        var responses = randn([1, 18, 5, 9], requires_grad: true);
        Tensor Twice(Func<Tensor, Tensor, long, long, Tensor> lowPass)
        {
            var energy = lowPass(x, responses, 2, 3).square().sum();
            var first = autograd.grad([energy], [x], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.square().sum()], [responses])[0];
        }
        AssertClose(Twice(LocalLowPass.Reference), Twice(LocalLowPass.Apply));
    }

    [Fact]
    public void Large_responses_do_not_overflow()
    {
        using var scope = NewDisposeScope();
        var low = LocalLowPass.Apply(ones([1, 1, 4, 4]), full([1, 9, 4, 4], 1e4), 1, 3);
        Assert.True(low.isfinite().all().item<bool>());
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 1e-5f * Math.Max(1, wanted.abs().max().item<float>()));
}
