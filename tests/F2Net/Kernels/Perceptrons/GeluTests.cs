using F2Net.Kernels;
using F2Net.Kernels.Perceptrons;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Perceptrons;

public class GeluTests
{
    [Fact]
    public void Differs_from_the_exact_one_by_less_than_a_rounding_or_two()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-12, 12, 80_000);
        var exact = nn.functional.gelu(x.to(ScalarType.Float64));
        var error = (Of(x).to(ScalarType.Float64) - exact).abs() / x.to(ScalarType.Float64).abs().clamp(min: 1);
        Assert.InRange(error.max().item<double>(), 0, 2e-7);
    }

    [Fact]
    public void Far_away_it_is_the_value_itself_or_nothing()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-1e30f, -1000f, -20f, 0f, 20f, 1000f, 1e30f, float.PositiveInfinity]);
        Assert.True((Of(x) == x.relu()).all().item<bool>());
    }

    private static unsafe Tensor Of(Tensor x)
    {
        var y = empty_like(x);
        for (var i = 0; i < x.NumberOfElements; i += Simd.Lanes)
            Gelu.Of(Eight.Load(Simd.Start(x) + i)).Store(Simd.Start(y) + i);
        return y;
    }
}
