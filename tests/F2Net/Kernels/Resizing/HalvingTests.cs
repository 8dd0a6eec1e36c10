using F2Net.Kernels.Resizing;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Resizing;

public class HalvingTests
{
    [Theory]
    [InlineData(1, 1, 2, 2)]
    [InlineData(2, 3, 6, 10)]
    [InlineData(1, 2, 8, 46)]
    [InlineData(2, 4, 32, 64)]
    public void Result_and_both_derivatives_are_those_of_bilinear_resizing(long batch, long channels, long height, long width)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => nn.functional.interpolate(t[0], size: [height / 2, width / 2], mode: InterpolationMode.Bilinear, align_corners: false),
            t => Halving.Apply(t[0]),
            [randn([batch, channels, height, width], requires_grad: true)]
        );
    }

    [KernelTheory]
    [InlineData(8, 8, 4, 4, true)]
    [InlineData(9, 8, 4, 4, false)]
    [InlineData(8, 8, 4, 2, false)]
    public void It_takes_what_is_twice_as_large_on_both_sides(long height, long width, long toHeight, long toWidth, bool takes)
    {
        using var x = zeros(1, 1, height, width);
        Assert.Equal(takes, Halving.Takes(x, toHeight, toWidth));
    }

    [Fact]
    public void A_map_that_does_not_lie_in_one_piece_is_taken()
    {
        using var scope = NewDisposeScope();
        var x = randn(1, 3, 12, 20);
        var turned = x.transpose(2, 3);
        Assert.Equal(0, (Halving.Apply(x).transpose(2, 3) - Halving.Apply(turned)).abs().max().item<float>(), 1e-6f);
    }
}
