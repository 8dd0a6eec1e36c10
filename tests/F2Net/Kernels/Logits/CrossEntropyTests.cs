using F2Net.Kernels.Logits;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Logits;

public class CrossEntropyTests
{
    private const long Ignore = 255;

    [Theory]
    [InlineData(1, 5, 8, 4)]
    [InlineData(2, 7, 9, 13)] // no whole vectors
    [InlineData(3, 2, 70, 61)] // more than two jobs' pixels
    [InlineData(2, 3, 2, 3)] // less than a vector
    public void The_mean_and_both_derivatives_are_libtorchs(long images, long classes, long height, long width)
    {
        using var scope = NewDisposeScope();
        var mask = Mask(images, classes, height, width);
        var weights = rand(classes) + 0.5f;
        foreach (var w in new[] { null, weights })
            Derivatives.AssertSame(
                t => nn.functional.cross_entropy(t[0], mask, w, Ignore),
                t => CrossEntropy.Apply(t[0], mask, w, Ignore),
                [(randn(images, classes, height, width) * 4).requires_grad_()]
            );
    }

    [Fact]
    public void Without_a_gradient_the_mean_is_the_same()
    {
        using var scope = NewDisposeScope();
        var (logits, mask) = (randn(1, 4, 20, 20), Mask(1, 4, 20, 20));
        var wanted = CrossEntropy.Apply(logits.clone().requires_grad_(), mask, null, Ignore).item<float>();
        using var quiet = no_grad();
        Assert.Equal(wanted, CrossEntropy.Apply(logits, mask, null, Ignore).item<float>());
    }

    [Fact]
    public void Logits_far_apart_overflow_nowhere()
    {
        using var scope = NewDisposeScope();
        var logits = (randn(1, 3, 6, 6).sign() * 1e4f).requires_grad_();
        var mask = Mask(1, 3, 6, 6);
        var got = CrossEntropy.Apply(logits, mask, null, Ignore);
        Assert.Equal(nn.functional.cross_entropy(logits, mask, null, Ignore).item<float>(), got.item<float>(), 1e-2f);
        Assert.True(autograd.grad([got], [logits])[0].isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_logit_that_is_no_number_is_not_lost_even_of_another_class(long broken)
    {
        using var scope = NewDisposeScope();
        var logits = randn(1, 3, 6, 6);
        logits[0, broken, 2, 3] = tensor(float.NaN, dtype: ScalarType.Float32);
        var mask = zeros([1, 6, 6], ScalarType.Int64);
        Assert.True(float.IsNaN(CrossEntropy.Apply(logits, mask, null, Ignore).item<float>()));
    }

    [Fact]
    public void A_mask_without_labels_has_no_mean()
    {
        using var scope = NewDisposeScope();
        var mean = CrossEntropy.Apply(randn(1, 3, 6, 6), full([1, 6, 6], Ignore, dtype: ScalarType.Int64), null, Ignore);
        Assert.True(float.IsNaN(mean.item<float>()));
    }

    [Fact]
    public void A_mask_without_labels_has_libtorchs_gradient()
    {
        using var scope = NewDisposeScope();
        var mask = full([1, 6, 6], Ignore, dtype: ScalarType.Int64);
        var logits = randn([1, 3, 6, 6], requires_grad: true);
        Tensor Gradient(Tensor loss) => autograd.grad([loss], [logits])[0];
        var wanted = Gradient(nn.functional.cross_entropy(logits, mask, null, Ignore));
        Assert.True((wanted == 0).all().item<bool>());
        Assert.True((wanted == Gradient(CrossEntropy.Apply(logits, mask, null, Ignore))).all().item<bool>());
    }

    [Fact]
    public void Weights_that_are_not_one_float_for_each_class_are_not_read_as_such()
    {
        using var scope = NewDisposeScope();
        var (logits, mask) = (randn(1, 3, 6, 6), Mask(1, 3, 6, 6));
        foreach (var weights in new[] { tensor(new[] { 1.0, 2.0, 0.5 }), tensor(new[] { 1f, 2f }) })
            Assert.ThrowsAny<Exception>(() => CrossEntropy.Apply(logits, mask, weights, Ignore));
    }

    [Fact]
    public void A_label_that_is_no_class_is_named()
    {
        using var scope = NewDisposeScope();
        var mask = full([1, 6, 6], 77, dtype: ScalarType.Int64);
        var error = Assert.ThrowsAny<Exception>(() => CrossEntropy.Apply(randn(1, 3, 6, 6), mask, null, Ignore));
        Assert.Contains("77", error.Message, StringComparison.Ordinal);
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var mask = Mask(2, 5, 100, 90);
        Derivatives.AssertThreadsChangeNothing(
            t => CrossEntropy.Apply(t[0], mask, null, Ignore),
            [randn([2, 5, 100, 90], requires_grad: true)]
        );
    }

    private static Tensor Mask(long images, long classes, long height, long width)
    {
        var mask = randint(0, classes, [images, height, width], dtype: ScalarType.Int64);
        return mask.masked_fill(rand(images, height, width) < 0.1f, Ignore);
    }
}
