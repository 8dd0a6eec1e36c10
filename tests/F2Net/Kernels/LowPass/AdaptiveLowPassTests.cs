using F2Net.Kernels.LowPass;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.LowPass;

public class AdaptiveLowPassTests
{
    [KernelTheory]
    [InlineData(1, 4, 1, 3, 1, 1)]
    [InlineData(2, 6, 2, 1, 7, 13)]
    [InlineData(1, 4, 2, 5, 3, 40)]
    [InlineData(3, 16, 4, 3, 33, 47)]
    [InlineData(1, 4, 2, 3, 130, 9)] // more rows than a thread takes at once
    [InlineData(1, 4, 2, 5, 130, 9)]
    public void One_pass_gives_what_tensor_operators_give(long b, long c, long groups, long k, long h, long w)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(b, c, groups, k, h, w);
        var mixing = randn([b, c, h, w]);
        var fast = AdaptiveLowPass.Apply(inputs[0], inputs[1], inputs[2], groups);
        var slow = AdaptiveLowPass.Reference(inputs[0], inputs[1], inputs[2], groups);
        AssertClose(slow, fast);

        var wanted = autograd.grad([(slow * mixing).sum()], inputs);
        var got = autograd.grad([(fast * mixing).sum()], inputs);
        for (var i = 0; i < inputs.Length; i++)
            AssertClose(wanted[i], got[i]);
    }

    [Theory]
    [InlineData(3, 130)]
    [InlineData(5, 257)]
    public void Bands_of_rows_leave_no_seam_without_gradients(long k, long h)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var inputs = Inputs(2, 4, 2, k, h, 9);
        var (image, projection, shift) = (randn(2, 3, h, 9), randn(4, 3, 1, 1), randn(4));
        var (low, high) = AdaptiveLowPass.Split(image, projection, shift, inputs[1], inputs[2], 2);
        var x = nn.functional.conv2d(image, projection, shift);
        var wanted = AdaptiveLowPass.Reference(x, inputs[1], inputs[2], 2);
        AssertClose(wanted, low);
        AssertClose(x - wanted, high);
    }

    [Fact]
    public void Second_derivatives_are_those_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(1, 4, 2, 3, 5, 9);
        Tensor Twice(Func<Tensor, Tensor, Tensor, long, Tensor> lowPass)
        {
            var energy = lowPass(inputs[0], inputs[1], inputs[2], 2).square().sum();
            var first = autograd.grad([energy], [inputs[0]], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.square().sum()], [inputs[1]])[0];
        }
        AssertClose(Twice(AdaptiveLowPass.Reference), Twice(AdaptiveLowPass.Apply));
    }

    [Fact]
    public void Low_and_high_together_have_the_projections_derivatives()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(2, 4, 2, 3, 7, 10);
        var (projection, shift) = (randn([4, 3, 1, 1], requires_grad: true), randn([4], requires_grad: true));
        Derivatives.AssertSame(
            t =>
            {
                var x = nn.functional.conv2d(t[0], t[1], t[2]);
                var low = AdaptiveLowPass.Reference(x, t[3], t[4], 2);
                return low.square() + (x - low).sin();
            },
            t =>
            {
                var (low, high) = AdaptiveLowPass.Split(t[0], t[1], t[2], t[3], t[4], 2);
                return low.square() + high.sin();
            },
            [randn([2, 3, 7, 10], requires_grad: true), projection, shift, inputs[1], inputs[2]],
            1e-4f
        );
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(2, 8, 2, 3, 20, 31);
        Tensor Gradient(int count)
        {
            using var threads = new Threads(count);
            return autograd.grad([AdaptiveLowPass.Apply(inputs[0], inputs[1], inputs[2], 2).square().sum()], [inputs[1]])[0];
        }
        var same = (Gradient(1) == Gradient(2)).all().item<bool>();
        Assert.True(same);
    }

    [Fact]
    public void Large_responses_do_not_overflow()
    {
        using var scope = NewDisposeScope();
        var low = AdaptiveLowPass.Apply(ones([1, 1, 4, 4]), full([9, 1, 3, 3], 1e4), zeros([9]), 1);
        Assert.True(low.isfinite().all().item<bool>());
    }

    private static Tensor[] Inputs(long b, long c, long groups, long k, long h, long w)
    {
        manual_seed(1);
        return
        [
            randn([b, c, h, w], requires_grad: true),
            randn([groups * k * k, c / groups, 3, 3], requires_grad: true),
            randn([groups * k * k], requires_grad: true),
        ];
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 2e-5f * Math.Max(1, wanted.abs().max().item<float>()));
}
