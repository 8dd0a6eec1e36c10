using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.LongRange;

public class TokenBudgetTests
{
    private readonly AdaptiveFrequencyDecomposition decomposition = new(3, 4, 2);

    private TokenBudget Budget => new(decomposition, 4, 8);

    [Theory]
    [InlineData(5, 7)]
    [InlineData(16, 3)]
    [InlineData(4, 4)]
    public void The_whole_context_as_window_equals_a_plain_resize(long height, long width)
    {
        using var scope = NewDisposeScope();
        var features = randn(2, 6, 4, 3);
        var context = new LongRangeContext(zeros(2, 3, 32, 24), [ContextWindow.Whole, ContextWindow.Whole]);
        var plain = nn.functional.interpolate(features, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        Assert.True((Budget.Place(features, context, height, width, (32, 24)) - plain).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void A_window_takes_the_part_of_the_plain_resize_where_it_lies()
    {
        using var scope = NewDisposeScope();
        var features = randn(2, 6, 4, 4);
        var context = new LongRangeContext(zeros(2, 3, 32, 32), [new(0.5, 0, 0.5, 0.25), new(0, 0.75, 0.5, 0.25)]);
        var all = nn.functional.interpolate(features, [16, 16], mode: InterpolationMode.Bilinear, align_corners: false);
        var placed = Budget.Place(features, context, 8, 4, (128, 128));
        Assert.True((placed[0] - all[0].narrow(1, 8, 8).narrow(2, 0, 4)).abs().max().item<float>() < 1e-5);
        Assert.True((placed[1] - all[1].narrow(1, 0, 8).narrow(2, 12, 4)).abs().max().item<float>() < 1e-5);
    }

    [Theory]
    [InlineData(100, 50, 32, 16)]
    [InlineData(33, 47, 16, 32)]
    [InlineData(20, 31, 16, 24)]
    [InlineData(2448, 100, 32, 8)]
    public void Without_a_context_the_image_is_resized_to_whole_tokens_within_the_budget(long height, long width, long h, long w)
    {
        using var scope = NewDisposeScope();
        Assert.Equal([1, 4, h, w], Budget.Input(randn(1, 3, height, width), zeros(1), null).shape);
    }

    [Theory]
    [InlineData(64, 64, 1)]
    [InlineData(65, 64, 2)]
    [InlineData(150, 100, 6)]
    public void An_image_beyond_the_span_gets_several_contexts_with_the_whole_budget_each(long height, long width, long contexts)
    {
        using var scope = NewDisposeScope();
        var input = new TokenBudget(decomposition, 4, 8, span: 64).Input(randn(2, 3, height, width), zeros(1), null);
        Assert.Equal(2 * contexts, input.shape[0]);
        Assert.All(input.shape[2..], side => Assert.InRange(side, 8, 32));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(4)]
    public void Several_contexts_come_back_where_they_lie_at_any_stride_of_the_features(long side)
    {
        using var scope = NewDisposeScope();
        // Four cells of one value each, in reading order.
        var features = arange(4, dtype: ScalarType.Float32).view(4, 1, 1, 1).expand(4, 1, 2, 2);
        var placed = new TokenBudget(decomposition, 4, 8, span: 64).Place(features, null, side, side, (128, 128));
        var last = (int)side - 1;
        Assert.Equal(
            [0, 1, 2, 3],
            new[] { (0, 0), (0, last), (last, 0), (last, last) }.Select(at => placed[0, 0, at.Item1, at.Item2].item<float>())
        );
    }

    [Fact]
    public void The_window_can_be_differentiated_twice()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var features = randn(1, 1, 2, 3, dtype: ScalarType.Float64).requires_grad_(true);
        var context = new LongRangeContext(zeros(1, 3, 16, 24), [new(0.1, 0.2, 0.7, 0.6)]);
        Tensor GradientNorm() =>
            autograd
                .grad([Budget.Place(features, context, 3, 2, (48, 32)).pow(3).sum()], [features], retain_graph: true, create_graph: true)[0]
                .square()
                .sum();
        FiniteDifferences.Check(GradientNorm, features);
    }

    [Fact]
    public void Refuses_a_context_beyond_the_budget()
    {
        using var scope = NewDisposeScope();
        var context = new LongRangeContext(zeros(1, 3, 40, 32), [ContextWindow.Whole]);
        Assert.Equal(
            "The context is 40 x 32 pixels; each side must have 8 to 32. (Parameter 'context')",
            Assert.Throws<ArgumentException>(() => Budget.Check(zeros(1, 3, 64, 64), context)).Message
        );
    }

    [Fact]
    public void Refuses_another_number_of_windows_than_images()
    {
        using var scope = NewDisposeScope();
        var context = new LongRangeContext(zeros(1, 3, 32, 32), [ContextWindow.Whole, ContextWindow.Whole]);
        Assert.Equal(
            "The context has 1 pictures and 2 windows for 1 images. (Parameter 'context')",
            Assert.Throws<ArgumentException>(() => Budget.Check(zeros(1, 3, 64, 64), context)).Message
        );
    }
}
