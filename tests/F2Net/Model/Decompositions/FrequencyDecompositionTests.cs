using F2Net.Model;
using F2Net.Model.Decompositions;
using FsCheck.Xunit;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.Decompositions;

public class FrequencyDecompositionTests
{
    public static TheoryData<string> Dividing => ["Adaptive", "AdaptiveThreeBands", "LaplacianPyramid", "Gaussian", "Haar"];

    [Theory]
    [MemberData(nameof(Dividing))]
    public void The_bands_add_up_to_the_projection(string kind)
    {
        foreach (var (height, width) in new[] { (33L, 47L), (2L, 3L), (8L, 5L) })
        {
            using var scope = NewDisposeScope();
            var (decomposition, proj) = Make(kind);
            var image = randn(2, 3, height, width);
            Tensor[] bands = [.. decomposition.call(image).Bands];
            Assert.All(bands, band => Assert.Equal([2, 8, height, width], band.shape));
            Assert.True((stack(bands).sum(dim: 0) - proj.call(image)).abs().max().item<float>() < 1e-6);
        }
    }

    [Property(MaxTest = 50)]
    public void Of_any_size_and_number_of_groups_the_kernels_sum_to_one_and_the_bands_to_the_projection(byte g, byte c, byte h, byte w)
    {
        using var scope = NewDisposeScope();
        var groups = 1 + g % 5;
        var decomposition = new AdaptiveFrequencyDecomposition(3, groups * (1 + c % 4), groups);
        var image = randn(1, 3, 1 + h % 40, 1 + w % 40);
        var (low, high) = decomposition.call(image);
        var projection = decomposition.children().OfType<Conv2d>().Single().call(image);
        Assert.InRange((decomposition.Kernels(image).sum(2) - 1).abs().max().item<float>(), 0, 1e-6f);
        Assert.InRange((low + high - projection).abs().max().item<float>(), 0, 1e-6f);
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
        Assert.InRange((low - projection).abs().max().item<float>(), 0, 1e-6f);
        Assert.Equal(0, (high - low).abs().max().item<float>());
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

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void The_all_ones_high_pass_is_the_windows_sum_less_the_low_pass(long kernelSize)
    {
        using var scope = NewDisposeScope();
        var adaptive = new AdaptiveFrequencyDecomposition(3, 8, 2, kernelSize);
        var allOnes = new AllOnesFrequencyDecomposition(3, 8, 2, kernelSize);
        foreach (var (name, weight) in adaptive.state_dict())
            using (no_grad())
                allOnes.state_dict()[name].copy_(weight);
        var image = randn(2, 3, 11, 6);

        var (identity, other) = (adaptive.call(image), allOnes.call(image));

        var x = identity.Low + identity.High;
        var reach = kernelSize / 2;
        var sums = nn.functional.avg_pool2d(x, [kernelSize, kernelSize], [1, 1], [reach, reach]) * (double)(kernelSize * kernelSize);
        Assert.True((identity.Low - other.Low).abs().max().item<float>() < 1e-6);
        Assert.True((other.Low + other.High - sums).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_all_ones_high_pass_gives_a_flat_patch_eight_times_its_mean_and_the_papers_nothing()
    {
        using var scope = NewDisposeScope();
        static Tensor Inner(AdaptiveDecomposition decomposition) =>
            decomposition.call(ones(1, 3, 9, 7)).High.narrow(2, 1, 7).narrow(3, 1, 5);
        var allOnes = new AllOnesFrequencyDecomposition(3, 8, 2);
        var low = allOnes.call(ones(1, 3, 9, 7)).Low.narrow(2, 1, 7).narrow(3, 1, 5);
        Assert.True((Inner(allOnes) - 8 * low).abs().max().item<float>() < 1e-5);
        Assert.True(Inner(new AdaptiveFrequencyDecomposition(3, 8, 2)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Three_bands_have_afds_high_and_a_low_band_that_varies_less_than_afds()
    {
        using var scope = NewDisposeScope();
        var three = new ThreeBandDecomposition(3, 8, 2);
        var two = new AdaptiveFrequencyDecomposition(3, 8, 2);
        using (no_grad())
            foreach (var (name, weight) in two.state_dict())
                weight.copy_(three.state_dict()[name]);
        var image = randn(1, 3, 61, 44);
        var (bands, pair) = (three.call(image), two.call(image));
        Assert.Equal(0, (bands.High - pair.High).abs().max().item<float>());
        Assert.True((bands.Below() - pair.Low).abs().max().item<float>() < 1e-6);
        Assert.Equal(0, (bands.ShortRange - bands.Mid!).abs().max().item<float>());
        static float Variance(Tensor band) => (band - band.mean([2, 3], keepdim: true)).square().mean().item<float>();
        Assert.True(Variance(bands.Low) < 0.6 * Variance(pair.Low), $"{Variance(bands.Low)}, {Variance(pair.Low)}");
    }

    public static TheoryData<string> Learned => ["AdaptiveAllOnes", "AdaptiveThreeBands"];

    [Theory]
    [MemberData(nameof(Learned))]
    public void Variants_of_the_adaptive_one_have_first_and_second_derivatives(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var config = F2NetModelTests.Tiny with
        {
            Decomposition = Enum.Parse<DecompositionKind>(kind),
            DecompositionChannels = 2,
            DecompositionGroups = 1,
        };
        var decomposition = Variants.Decomposition(config);
        var module = ((nn.Module)decomposition).to(ScalarType.Float64);
        var image = randn(1, 3, 3, 5, dtype: ScalarType.Float64);
        var weight = randn(1, 2, 3, 5, dtype: ScalarType.Float64);
        Tensor Loss() =>
            decomposition.call(image).Bands.Select((band, i) => (band * band * (i + 1) * weight).sum()).Aggregate((a, b) => a + b);
        FiniteDifferences.Check(Loss, [image, .. module.parameters()]);

        var generator = module.named_parameters().First(p => p.name.StartsWith("filter_gen", StringComparison.Ordinal)).parameter;
        FiniteDifferences.Check(
            () => autograd.grad([Loss()], [generator], retain_graph: true, create_graph: true)[0].square().sum(),
            image,
            generator
        );
    }

    [Fact]
    public void Noise_has_unit_variance_and_is_the_same_whatever_the_image_and_the_seed()
    {
        using var scope = NewDisposeScope();
        var decomposition = new NoiseDecomposition(8);
        manual_seed(1);
        var (low, high) = decomposition.call(randn(2, 3, 65, 43));
        var next = randn(3);
        manual_seed(2);
        var (otherLow, otherHigh) = decomposition.call(randn(1, 3, 65, 43));
        manual_seed(1);
        _ = randn(2, 3, 65, 43);

        Assert.Equal([2, 8, 65, 43], high.shape);
        Assert.Equal(0, (low - otherLow).abs().max().item<float>());
        Assert.Equal(0, (high - otherHigh).abs().max().item<float>());
        Assert.InRange(low.var([0, 1, 2, 3]).item<float>(), 0.95, 1.05);
        Assert.InRange(high.mean().item<float>(), -0.03, 0.03);
        Assert.InRange((otherLow * otherHigh).mean().item<float>(), -0.03, 0.03);
        Assert.Equal(0, (randn(3) - next).abs().max().item<float>()); // torch's own generator was not asked
        Assert.Empty(decomposition.parameters());
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
