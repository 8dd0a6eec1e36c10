using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class RandomAndThreadTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (a, b) = (randn(5), rand(5));
        manual_seed(7);
        Assert.True(randn(5).equal(a).all().item<bool>());
        Assert.True(rand(5).equal(b).all().item<bool>());
        Assert.False(rand(5).equal(b).all().item<bool>());
    }

    [Fact]
    public void A_generator_of_ones_own_leaves_the_global_one_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var expected = randn(5);
        manual_seed(7);
        using var own = new Generator(3);
        _ = randn(5, generator: own);
        Assert.True(randn(5).equal(expected).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_number_of_threads_is_what_was_asked_for(int count)
    {
        using var threads = new Threads(count);
        Assert.Equal(count, get_num_threads());
    }

    [Fact]
    public void Several_threads_compute_side_by_side()
    {
        var sums = new float[8];
        Parallel.For(
            0,
            sums.Length,
            i =>
            {
                using var scope = NewDisposeScope();
                sums[i] = full([33, 17], (float)i).matmul(ones(17, 3)).sum().item<float>();
            }
        );
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * 33f * 17 * 3), sums);
    }
}
