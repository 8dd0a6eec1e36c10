using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using F2Net.Model.ShortRange;
using F2Net.Model.StateSpace;
using F2Net.Weights.Onnx;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Onnx;

/// <summary>Each exported module says what the module says, at sizes that divide nothing.</summary>
public class OnnxModuleTests
{
    private const double Tolerance = 1e-5;

    public OnnxModuleTests() => manual_seed(1);

    [Theory]
    [InlineData(DecompositionKind.Adaptive, 3)]
    [InlineData(DecompositionKind.Adaptive, 5)]
    [InlineData(DecompositionKind.AdaptiveAllOnes, 3)]
    [InlineData(DecompositionKind.AdaptiveAllOnes, 5)]
    [InlineData(DecompositionKind.AdaptiveThreeBands, 3)]
    [InlineData(DecompositionKind.LaplacianPyramid, 3)]
    [InlineData(DecompositionKind.Gaussian, 3)]
    [InlineData(DecompositionKind.Haar, 3)]
    [InlineData(DecompositionKind.None, 3)]
    public void Splits_frequencies(DecompositionKind kind, int kernel)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = F2NetConfig.Nano(3) with { Decomposition = kind, DecompositionKernel = kernel };
        var module = Variants.Decomposition(config);
        var image = randn(1, 3, 37, 29);
        Tensor[] bands = [.. module.call(image).Bands];

        var got = OnnxRun.Of((nn.Module)module, image, (m, x) => Stacked(m.Decomposition(x, config)));

        Assert.True(OnnxRun.Difference(got, cat(bands, 1)) < Tolerance);
    }

    [Theory]
    [InlineData(13, 11)] // two chunks and a tail
    [InlineData(16, 8)] // two chunks
    [InlineData(3, 5)] // less than a chunk
    public void Scans_in_four_directions(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var module = OnnxRun.Trained(new SelectiveScan2d(32, new() { StateSize = 6 }));
        nn.init.uniform_(module.state_dict()["Ds"], -1, 1);
        var x = randn(1, height, width, 32);

        Assert.True(OnnxRun.Difference(OnnxRun.Of(module, x, (m, v) => m.SelectiveScan2d(v)), module.call(x)) < Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Scans_in_fewer_directions(int directions)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var module = OnnxRun.Trained(new SelectiveScan2d(32, new() { StateSize = 6, Directions = directions }));
        var x = randn(1, 13, 11, 32);

        Assert.True(OnnxRun.Difference(OnnxRun.Of(module, x, (m, v) => m.SelectiveScan2d(v)), module.call(x)) < Tolerance);
    }

    [Fact]
    public void Stays_finite_where_a_chunk_forgets_everything()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var module = OnnxRun.Trained(new SelectiveScan2d(16, new() { StateSize = 4 }));
        nn.init.uniform_(module.state_dict()["A_logs"], 3, 5); // decays of up to exp(-100) a token
        var x = randn(1, 9, 14, 16);

        Assert.True(OnnxRun.Difference(OnnxRun.Of(module, x, (m, v) => m.SelectiveScan2d(v)), module.call(x)) < Tolerance);
    }

    [Fact]
    public void Reads_high_frequencies()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var module = OnnxRun.Trained(new HighFrequencyBranch(4, [1, 2, 1, 1], [16, 32, 48, 64], scan: new() { StateSize = 8 }));
        var x = randn(1, 4, 75, 50);

        var got = OnnxRun.Of(module, x, (m, v) => m["vssm"]["layers"].Stages(m["vssm"]["patch_embed"].PatchEmbed(v)).Permute(0, 3, 1, 2));

        Assert.True(OnnxRun.Difference(got, module.call(x)) < Tolerance);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    [InlineData(24)]
    public void Reads_the_short_range(int? poolWindow)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = F2NetConfig.Nano(3) with { ShortPoolWindow = poolWindow };
        var module = OnnxRun.Trained(new ShortRangeBranch(8, 32, 16, config.ShortDilations, poolWindow));
        var x = randn(1, 8, 75, 50);

        Assert.True(
            OnnxRun.Difference(OnnxRun.Of(module, x, (m, v) => m.Deepen(m.Stem(v), config.ShortDilations, poolWindow)), module.call(x))
                < Tolerance
        );
    }

    [Theory]
    [InlineData(8 * 24, 8 * 24)] // the grid of the learned positions
    [InlineData(75, 50)] // smaller, and a rest that fills no token
    [InlineData(8 * 5, 8 * 29)] // smaller one way, larger the other
    public void Reads_the_long_range(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = F2NetConfig.Nano(3);
        var module = OnnxRun.Trained(
            new LongRangeBranch(8, config.LongWidth, config.LongDepth, config.LongHeads, baseGrid: config.LongGrid)
        );
        var x = randn(2, 8, height, width);

        Assert.True(OnnxRun.Difference(OnnxRun.Of(module, x, (m, v) => m.LongRangeBranch(v, config)), module.call(x)) < Tolerance);
    }

    [Theory]
    [InlineData(FusionKind.Hybrid)]
    [InlineData(FusionKind.Concat)]
    [InlineData(FusionKind.Add)]
    [InlineData(FusionKind.CrossAttention)]
    public void Fuses_maps_of_different_sizes(FusionKind kind)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = F2NetConfig.Nano(3) with { Fusion = kind };
        var module = Variants.Fusion(config, 12, 20);
        var (a, b) = (randn(1, 12, 7, 9), randn(1, 20, 4, 5));

        // A graph has one input here: b travels behind a.
        var both = cat([a.flatten(), b.flatten()]);
        var got = OnnxRun.Of(
            (nn.Module)module,
            both,
            (m, x) => m.Fusion(x.Narrow(0, 0, 756).Reshape(a.shape), x.Narrow(0, 756, 400).Reshape(b.shape), config)
        );

        Assert.True(OnnxRun.Difference(got, module.call(a, b)) < Tolerance);
    }

    private static OnnxValue Stacked(OnnxFrequencies bands) =>
        OnnxValue.Cat(1, new[] { bands.Low, bands.Mid, bands.High }.OfType<OnnxValue>().ToList());
}
