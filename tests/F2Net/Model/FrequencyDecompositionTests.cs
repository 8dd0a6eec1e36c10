using F2Net.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Model;

public class FrequencyDecompositionTests
{
    public static TheoryData<string> Dividing => ["Adaptive", "LaplacianPyramid", "Gaussian", "Haar"];

    [Theory]
    [MemberData(nameof(Dividing))]
    public void Low_and_high_add_up_to_the_projection(string kind)
    {
        foreach (var (height, width) in new[] { (33L, 47L), (2L, 3L), (8L, 5L) })
        {
            using var scope = NewDisposeScope();
            var (decomposition, proj) = Make(kind);
            var image = randn(2, 3, height, width);
            var (low, high) = decomposition.call(image);
            Assert.Equal([2, 8, height, width], low.shape);
            Assert.True((low + high - proj.call(image)).abs().max().item<float>() < 1e-6);
        }
    }

    [Theory]
    [InlineData("LaplacianPyramid")]
    [InlineData("Gaussian")]
    [InlineData("Haar")]
    public void A_fixed_low_pass_keeps_a_constant_image_whole(string kind)
    {
        using var scope = NewDisposeScope();
        var (_, high) = Make(kind).Decomposition.call(ones(1, 3, 9, 7));
        Assert.True(high.abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Without_a_decomposition_both_parts_are_the_projection()
    {
        using var scope = NewDisposeScope();
        var (decomposition, proj) = Make("None");
        var image = randn(1, 3, 5, 7);
        var (low, high) = decomposition.call(image);
        var projection = proj.call(image);
        Assert.Equal(0, (low - projection).abs().max().item<float>());
        Assert.Equal(0, (high - projection).abs().max().item<float>());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Adaptive_kernels_are_positive_and_sum_to_one(long kernelSize)
    {
        using var scope = NewDisposeScope();
        var kernels = new AdaptiveFrequencyDecomposition(3, 8, 2, kernelSize).Kernels(randn(2, 3, 11, 6));
        Assert.Equal([2, 2, kernelSize * kernelSize, 11, 6], kernels.shape);
        Assert.True(kernels.min().item<float>() > 0);
        Assert.True((kernels.sum(2) - 1).abs().max().item<float>() < 1e-6);
    }

    [Theory]
    [InlineData(3, 515)]
    [InlineData(5, 257)]
    public void Strips_without_gradients_leave_no_seam(long kernelSize, long height)
    {
        using var scope = NewDisposeScope();
        var decomposition = new AdaptiveFrequencyDecomposition(3, 4, 2, kernelSize);
        var image = randn(1, 3, height, 9);
        var (low, high) = decomposition.call(image);
        using var frozen = no_grad();
        var (stripLow, stripHigh) = decomposition.call(image);
        Assert.True((low - stripLow).abs().max().item<float>() < 1e-6);
        Assert.True((high - stripHigh).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Adaptive_gradients_are_those_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var decomposition = new AdaptiveFrequencyDecomposition(2, 4, 2).to(ScalarType.Float64);
        var image = randn(1, 2, 3, 4, dtype: ScalarType.Float64);
        var weight = randn(1, 4, 3, 4, dtype: ScalarType.Float64);
        Tensor Loss()
        {
            var (low, high) = decomposition.call(image);
            return (low * low * weight + high * weight).sum();
        }
        FiniteDifferences.Check(Loss, [image, .. decomposition.parameters()]);
    }

    [Fact]
    public void Refuses_groups_that_do_not_divide_the_channels() =>
        Assert.Equal(
            "embedChannels (10) must be a multiple of groups (4). (Parameter 'groups')",
            Assert.Throws<ArgumentException>(() => new AdaptiveFrequencyDecomposition(3, 10, 4)).Message
        );

    [Fact]
    public void Refuses_an_even_kernel() =>
        Assert.Equal(
            "kernelSize (4) must be odd. (Parameter 'kernelSize')",
            Assert.Throws<ArgumentException>(() => new AdaptiveFrequencyDecomposition(3, 8, 2, 4)).Message
        );

    private static (IFrequencyDecomposition Decomposition, Conv2d Projection) Make(string kind)
    {
        var config = F2NetModelTests.Tiny with { Decomposition = Enum.Parse<DecompositionKind>(kind), Branches = [Branch.Long] };
        var decomposition = new F2NetModel(config).Decomposition;
        return (decomposition, ((nn.Module)decomposition).children().OfType<Conv2d>().Single());
    }
}
