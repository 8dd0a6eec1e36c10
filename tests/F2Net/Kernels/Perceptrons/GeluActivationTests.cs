using F2Net.Kernels.Perceptrons;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Perceptrons;

public class GeluActivationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(40_000)] // more than a job's
    public void The_function_and_both_derivatives_are_libtorchs(long count)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Derivatives.AssertSame(
            t => nn.functional.gelu(t[0]),
            t => GeluActivation.Apply(t[0]),
            [(randn(count) * 2).requires_grad_()],
            1e-5f
        );
    }

    [Fact]
    public void Slope_and_curvature_far_away_are_those_of_a_line()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-1e18f, -30f, 30f, 1e18f]).requires_grad_();
        var slope = autograd.grad([GeluActivation.Apply(x).sum()], [x], create_graph: true)[0];
        Assert.InRange((slope - tensor([0f, 0f, 1f, 1f])).abs().max().item<float>(), 0, 1e-30f);
        Assert.InRange(autograd.grad([slope.sum()], [x])[0].abs().max().item<float>(), 0, 1e-30f);
    }

    [Fact]
    public void A_turned_map_keeps_its_derivatives()
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => nn.functional.gelu(t[0].transpose(0, 1)),
            t => GeluActivation.Apply(t[0].transpose(0, 1)),
            [randn([5, 7], requires_grad: true)],
            1e-5f
        );
    }

    [Fact]
    public void Double_precision_goes_to_the_operator()
    {
        using var scope = NewDisposeScope();
        var x = randn(20, dtype: ScalarType.Float64);
        Assert.True((GeluActivation.Apply(x) == nn.functional.gelu(x)).all().item<bool>());
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Assert.True(GeluActivation.Apply(full([20], float.NaN, dtype: ScalarType.Float32)).isnan().all().item<bool>());
    }
}
