using F2Net.Kernels.Resizing;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Resizing;

public class BilinearEnlargementTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(2, 3, 1, 4, 5, 9)]
    [InlineData(1, 2, 7, 5, 7, 23)]
    [InlineData(2, 5, 6, 6, 24, 24)]
    [InlineData(1, 1, 5, 9, 13, 10)]
    public void Result_and_both_derivatives_are_those_of_the_operator(
        long batch,
        long channels,
        long height,
        long width,
        long toHeight,
        long toWidth
    )
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn([batch, channels, height, width], requires_grad: true);
        Tensor[] All(Func<Tensor, long, long, Tensor> enlarge)
        {
            var y = enlarge(x, toHeight, toWidth);
            var first = autograd.grad([y.pow(3).sum()], [x], retain_graph: true, create_graph: true)[0];
            return [y, first, autograd.grad([first.pow(3).sum()], [x])[0]];
        }
        foreach (var (wanted, got) in All(BilinearEnlargement.Reference).Zip(All(BilinearEnlargement.Apply)))
            Assert.InRange((wanted - got).abs().max().item<float>(), 0, 1e-5f * Math.Max(1, wanted.abs().max().item<float>()));
    }

    [Fact]
    public void A_flat_map_stays_flat_and_a_gradient_keeps_its_sum()
    {
        using var scope = NewDisposeScope();
        var x = full([1, 2, 4, 3], 7, dtype: ScalarType.Float32, requires_grad: true);
        var y = BilinearEnlargement.Apply(x, 11, 17);
        Assert.Equal(0, (y - 7).abs().max().item<float>());
        var g = randn_like(y);
        Assert.Equal(g.sum().item<float>(), autograd.grad([y], [x], [g])[0].sum().item<float>(), 1e-3);
    }

    [Fact]
    public void Maps_that_do_not_lie_in_one_piece_and_other_types_are_taken()
    {
        using var scope = NewDisposeScope();
        var turned = randn(1, 3, 5, 4).transpose(2, 3);
        Assert.True(
            (BilinearEnlargement.Apply(turned, 9, 10) - BilinearEnlargement.Reference(turned, 9, 10)).abs().max().item<float>() < 1e-5
        );
        Assert.Equal(ScalarType.Float64, BilinearEnlargement.Apply(turned.to_type(ScalarType.Float64), 9, 10).dtype);
    }
}
