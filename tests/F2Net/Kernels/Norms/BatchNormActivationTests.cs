using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Norms;

public class BatchNormActivationTests
{
    [Theory]
    [InlineData(3, 5, 4, 6)]
    [InlineData(1, 2, 64, 72)] // more than a stretch, and no whole number of them
    [InlineData(2, 3, 5, 7)] // no whole vectors
    public void The_norm_and_both_derivatives_are_libtorchs(long images, long channels, long height, long width)
    {
        using var scope = NewDisposeScope();
        var norm = Norm(channels);
        var x = Map(images, channels, height, width);
        var identity = randn([images, channels, height, width], requires_grad: true);
        Tensor[] parameters = [norm.weight, norm.bias!];
        void Same(Func<Tensor[], Tensor> wanted, Func<Tensor[], Tensor> got, params Tensor[] maps) =>
            Derivatives.AssertSame(wanted, got, [.. maps, .. parameters], 1e-4f);
        Same(t => norm.call(t[0]), t => BatchNormActivation.Apply(norm, t[0], null, relu: false), x);
        Same(t => norm.call(t[0]).relu(), t => BatchNormActivation.Apply(norm, t[0], null, relu: true), x);
        Same(t => (norm.call(t[0]) + t[1]).relu(), t => BatchNormActivation.Apply(norm, t[0], t[1], relu: true), x, identity);
        Same(t => norm.call(t[0]) + t[1], t => BatchNormActivation.Apply(norm, t[0], t[1], relu: false), x, identity);
    }

    [Fact]
    public void A_map_that_is_added_to_itself_gets_both_gradients()
    {
        using var scope = NewDisposeScope();
        var norm = Norm(4);
        Derivatives.AssertSame(
            t => (norm.call(t[0]) + t[0]).relu(),
            t => BatchNormActivation.Apply(norm, t[0], t[0], relu: true),
            [Map(2, 4, 4, 4), norm.weight, norm.bias!],
            1e-4f
        );
    }

    [Fact]
    public void Running_statistics_move_as_libtorchs()
    {
        using var scope = NewDisposeScope();
        var (norm, other) = (Norm(5), Norm(5));
        for (var step = 0; step < 3; step++)
        {
            var x = Map(2, 5, 6, 4);
            using var none = step == 2 ? no_grad() : null;
            BatchNormActivation.Apply(norm, x, null, relu: true);
            other.call(x);
        }
        Assert.Equal(3, norm.num_batches_tracked!.item<long>());
        Assert.True(norm.running_mean!.allclose(other.running_mean!, 1e-5, 1e-6));
        Assert.True(norm.running_var!.allclose(other.running_var!, 1e-5, 1e-6));
    }

    [Fact]
    public void A_map_far_from_zero_keeps_its_digits()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var norm = Norm(3);
        var x = randn(4, 3, 16, 16) + 1000;
        var exact = x.to_type(ScalarType.Float64);
        var apart = exact - exact.mean([0, 2, 3], keepdim: true);
        var normed = apart / (apart.square().mean([0, 2, 3], keepdim: true) + norm.eps).sqrt();
        var wanted = normed * norm.weight.view(1, -1, 1, 1) + norm.bias!.view(1, -1, 1, 1);
        Assert.InRange((wanted - BatchNormActivation.Apply(norm, x, null, relu: false)).abs().max().item<double>(), 0, 1e-3);
    }

    [Fact]
    public void In_evaluation_the_running_statistics_decide()
    {
        using var scope = NewDisposeScope();
        var norm = Norm(4);
        norm.eval();
        var x = Map(2, 4, 4, 4);
        Assert.True((BatchNormActivation.Apply(norm, x, null, relu: true) == norm.call(x).relu()).all().item<bool>());
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var norm = Norm(6);
        Derivatives.AssertThreadsChangeNothing(
            t => BatchNormActivation.Apply(norm, t[0], t[1], relu: true),
            [Map(3, 6, 16, 16), randn([3, 6, 16, 16], requires_grad: true), norm.weight, norm.bias!]
        );
    }

    private static Tensor Map(long images, long channels, long height, long width) =>
        (randn(images, channels, height, width) * 2 + 1).requires_grad_();

    private static BatchNorm2d Norm(long channels)
    {
        manual_seed(1);
        var norm = nn.BatchNorm2d(channels);
        nn.init.normal_(norm.weight);
        nn.init.normal_(norm.bias!);
        return norm;
    }
}
