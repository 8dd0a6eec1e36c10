using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.StateSpace;

public class DropPathTests
{
    [Fact]
    public void Drops_whole_samples_and_scales_the_kept_ones()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var y = new DropPath(0.25).call(ones(400, 2, 3)).view(400, 6);
        var sums = y.sum(1).data<float>().ToArray();
        Assert.All(sums, sum => Assert.True(sum == 0 || Math.Abs(sum - 8) < 1e-4));
        Assert.InRange(sums.Count(sum => sum == 0), 70, 130);
    }

    [Fact]
    public void Changes_nothing_in_evaluation()
    {
        using var scope = NewDisposeScope();
        var path = new DropPath(0.9);
        path.eval();
        var x = randn(5, 3);
        Assert.Equal(0, (path.call(x) - x).abs().max().item<float>());
    }

    [Fact]
    public void Refuses_to_drop_everything() =>
        Assert.Equal("rate (1) must lie in [0, 1). (Parameter 'rate')", Assert.Throws<ArgumentException>(() => new DropPath(1)).Message);
}
