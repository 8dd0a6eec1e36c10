using F2Net.Kernels.Channels;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Channels;

public class ChannelSumsTests
{
    public ChannelSumsTests() => manual_seed(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3, 5, 7)]
    [InlineData(2, 33, 48, 48)]
    [InlineData(3, 4, 1, 2)]
    [InlineData(2, 300, 40)]
    public void Over_all_axes_but_one(params int[] sizes)
    {
        using var scope = NewDisposeScope();
        var x = randn([.. sizes.Select(size => (long)size)]) + 1;
        using var frozen = no_grad();
        for (var axis = 1; axis < sizes.Length; axis++)
        {
            long[] others = [.. Enumerable.Range(0, sizes.Length).Where(other => other != axis).Select(other => (long)other)];
            var wanted = x.to_type(ScalarType.Float64).sum(others);
            var apart = (ChannelSums.Of(x, axis).to_type(ScalarType.Float64) - wanted).abs() / (1 + wanted.abs());
            Assert.True(apart.max().item<double>() < 1e-5, $"axis {axis}: {apart.max().item<double>()}");
        }
    }

    [Fact]
    public void Of_a_map_that_does_not_lie_in_one_piece()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = randn(2, 5, 9, 3);
        Assert.Equal(0, (ChannelSums.Of(x.permute(0, 2, 3, 1), 3) - ChannelSums.Of(x, 1)).abs().max().item<float>(), 1e-4f);
    }
}
