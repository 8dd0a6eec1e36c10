using System.Runtime.Intrinsics;
using F2Net.Kernels;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

public class PowerOfTwoTests
{
    [KernelFact]
    public void Differs_from_the_exact_one_by_a_rounding()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-125.9, 126.9, 80_000);
        var exact = (x.to(ScalarType.Float64) * Math.Log(2)).exp();
        Assert.InRange((Of(x).to(ScalarType.Float64) / exact - 1).abs().max().item<double>(), 0, 1e-7);
    }

    [Fact]
    public void Hits_the_powers_and_vanishes_far_below()
    {
        using var scope = NewDisposeScope();
        var powers = Of(tensor([-1e30f, -1000f, -1f, 0f, 1f, 10f, 100f, float.NegativeInfinity]));
        var tiny = MathF.Pow(2, -126);
        Assert.True((powers == tensor([tiny, tiny, 0.5f, 1f, 2f, 1024f, MathF.Pow(2, 100), tiny])).all().item<bool>());
    }

    [Fact]
    public void Of_what_is_no_number_is_none()
    {
        using var scope = NewDisposeScope();
        Assert.True(Of(full([16], float.NaN)).isnan().all().item<bool>());
    }

    private static unsafe Tensor Of(Tensor x)
    {
        var y = empty_like(x);
        for (var i = 0; i < x.NumberOfElements; i += Simd.Lanes)
            PowerOfTwo.Of(Vector256.Load(Simd.Start(x) + i)).Store(Simd.Start(y) + i);
        return y;
    }
}
