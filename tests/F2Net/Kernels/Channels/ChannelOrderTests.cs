using F2Net.Kernels.Channels;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Channels;

public class ChannelOrderTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 8, 6, 10)]
    [InlineData(1, 13, 17, 31)]
    [InlineData(2, 64, 24, 40)]
    public void Result_and_both_derivatives_are_those_of_a_permutation(long batch, long channels, long height, long width)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => t[0].permute(0, 2, 3, 1),
            t => ChannelOrder.Last(t[0]),
            [randn([batch, channels, height, width], requires_grad: true)]
        );
        Derivatives.AssertSame(
            t => t[0].permute(0, 3, 1, 2),
            t => ChannelOrder.Second(t[0]),
            [randn([batch, height, width, channels], requires_grad: true)]
        );
    }

    [Fact]
    public void There_and_back_nothing_has_changed()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 5, 300, 7);
        Assert.Equal(0, (ChannelOrder.Second(ChannelOrder.Last(x)) - x).abs().max().item<float>());
    }

    [KernelFact]
    public void What_it_returns_lies_in_one_piece()
    {
        using var scope = NewDisposeScope();
        var turned = randn(1, 3, 12, 20).transpose(2, 3);
        Assert.True(ChannelOrder.Last(turned).is_contiguous());
        Assert.True(ChannelOrder.Second(turned).is_contiguous());
    }
}
