using F2Net.Model.Fusions;
using F2Net.Model.LongRange;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.Fusions;

public class FeatureFusionTests
{
    [Theory]
    [InlineData(4, 5, 9, 13)]
    [InlineData(7, 3, 2, 2)]
    [InlineData(3, 3, 3, 3)]
    public void The_result_has_the_first_maps_size(long h, long w, long h2, long w2)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(2, 16, h, w), randn(2, 8, h2, w2));
        IFeatureFusion[] fusions =
        [
            new HybridFrequencyFusion(16, 8, 32),
            new ConcatFusion(16, 8, 32),
            new AddFusion(16, 8, 32),
            new CrossAttentionFusion(16, 8, 32),
        ];
        foreach (var fusion in fusions)
            Assert.Equal([2, 32, h, w], fusion.call(a, b).shape);
    }

    [Fact]
    public void Gates_only_weaken_the_maps_that_hybrid_fusion_adds()
    {
        using var scope = NewDisposeScope();
        var hybrid = new HybridFrequencyFusion(4, 4, 4);
        using (no_grad())
            foreach (var (name, p) in hybrid.named_parameters())
                if (name.StartsWith("proj", StringComparison.Ordinal))
                    p.copy_(name.EndsWith("weight", StringComparison.Ordinal) ? eye(4).view(4, 4, 1, 1) : zeros(4));
        var (a, b) = (rand(1, 4, 5, 5), rand(1, 4, 5, 5));
        Assert.True((hybrid.call(a, b) <= a + b).all().item<bool>());
    }

    [Fact]
    public void Cross_attention_does_not_care_where_the_second_maps_positions_are()
    {
        using var scope = NewDisposeScope();
        var fusion = new CrossAttentionFusion(8, 8, 32);
        var (a, b) = (randn(1, 8, 3, 4), randn(1, 8, 5, 2));
        Assert.True((fusion.call(a, b) - fusion.call(a, b.flip(2, 3))).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Attention_in_blocks_of_rows_equals_attention_at_once()
    {
        using var scope = NewDisposeScope();
        // In float64, which the fused kernel leaves to the operators.
        var attention = new SelfAttention(4, 1).to(ScalarType.Float64);
        var tokens = randn(1, 4200, 4, dtype: ScalarType.Float64);
        var whole = attention.call(tokens);
        using var frozen = no_grad();
        Assert.True((attention.call(tokens) - whole).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Cross_attention_refuses_a_width_that_heads_do_not_divide() =>
        Assert.Equal(
            "outChannels (40) must be a multiple of the head width (32). (Parameter 'outChannels')",
            Assert.Throws<ArgumentException>(() => new CrossAttentionFusion(8, 8, 40)).Message
        );
}
