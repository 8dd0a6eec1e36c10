using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Norms;

public class ChannelNormTests
{
    [Theory]
    [InlineData(7, 8)]
    [InlineData(9, 40)]
    [InlineData(5, 21)] // no whole vectors
    [InlineData(1100, 16)] // more than a job's
    [InlineData(2, 20_000)] // a pixel is more than a job's
    public void The_norm_and_both_derivatives_are_libtorchs(long pixels, long channels)
    {
        using var scope = NewDisposeScope();
        var norm = Norm(channels);
        Derivatives.AssertSame(
            t => norm.call(t[0]),
            t => ChannelNorm.Apply(norm, t[0]),
            [(randn(pixels, channels) * 2 + 1).requires_grad_(), norm.weight, norm.bias!],
            1e-4f
        );
    }

    [Fact]
    public void A_norm_far_from_zero_keeps_its_digits()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var norm = Norm(32);
        var x = randn(50, 32) + 1000;
        var wanted = norm.call(x);
        Assert.InRange((wanted - ChannelNorm.Apply(norm, x)).abs().max().item<float>(), 0, 1e-3f);
    }

    [Fact]
    public void A_turned_map_keeps_its_derivatives()
    {
        using var scope = NewDisposeScope();
        var norm = Norm(8);
        Derivatives.AssertSame(
            t => norm.call(t[0].permute(0, 2, 3, 1)),
            t => ChannelNorm.Apply(norm, t[0].permute(0, 2, 3, 1)),
            [randn([2, 8, 5, 7], requires_grad: true), norm.weight, norm.bias!],
            1e-4f
        );
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var norm = Norm(24);
        Derivatives.AssertThreadsChangeNothing(
            t => ChannelNorm.Apply(norm, t[0]),
            [randn([3000, 24], requires_grad: true), norm.weight, norm.bias!]
        );
    }

    [Fact]
    public void Double_precision_goes_to_the_module()
    {
        using var scope = NewDisposeScope();
        var norm = nn.LayerNorm(8, dtype: ScalarType.Float64);
        var x = randn([4, 8], dtype: ScalarType.Float64);
        Assert.True((ChannelNorm.Apply(norm, x) == norm.call(x)).all().item<bool>());
    }

    private static LayerNorm Norm(long channels)
    {
        manual_seed(1);
        var norm = nn.LayerNorm(channels);
        nn.init.normal_(norm.weight);
        nn.init.normal_(norm.bias!);
        return norm;
    }
}
