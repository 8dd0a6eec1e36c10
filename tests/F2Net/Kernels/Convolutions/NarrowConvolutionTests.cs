using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Convolutions;

public class NarrowConvolutionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 3, 1, 1, 1)] // one value
    [InlineData(2, 3, 8, 17, 33, 1, 1, 0, 1)]
    [InlineData(1, 8, 5, 7, 9, 3, 1, 1, 1)]
    [InlineData(1, 5, 7, 12, 30, 3, 1, 0, 1)] // no padding
    [InlineData(2, 9, 13, 11, 14, 3, 1, 2, 2)]
    [InlineData(1, 4, 6, 10, 21, 3, 1, 9, 9)] // dilated almost to the map's size, padding of more than a vector
    [InlineData(1, 3, 10, 20, 19, 5, 1, 2, 1)]
    [InlineData(1, 40, 11, 70, 66, 3, 1, 1, 1)] // more than one band
    [InlineData(1, 1, 1, 1, 1, 3, 2, 1, 1)]
    [InlineData(2, 8, 8, 16, 32, 3, 2, 1, 1)]
    [InlineData(1, 7, 14, 15, 33, 3, 2, 1, 1)] // odd sides
    [InlineData(1, 6, 5, 9, 50, 3, 2, 0, 1)]
    [InlineData(1, 6, 5, 13, 18, 5, 2, 2, 1)]
    [InlineData(1, 6, 5, 13, 18, 1, 2, 0, 1)] // every second position reaches nothing
    [InlineData(1, 12, 9, 90, 130, 3, 2, 1, 1)]
    public void The_sums_and_both_derivatives_are_libtorchs(
        long batch,
        long inputs,
        long outputs,
        long height,
        long width,
        long side,
        long stride,
        long padding,
        long dilation
    )
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Derivatives.AssertSame(
            t => nn.functional.conv2d(t[0], t[1], t[2], [stride, stride], [padding, padding], [dilation, dilation]),
            t => NarrowConvolution.Apply(t[0], t[1], t[2], stride, padding, dilation),
            [
                randn([batch, inputs, height, width], requires_grad: true),
                (randn([outputs, inputs, side, side]) * 0.1).requires_grad_(),
                randn([outputs], requires_grad: true),
            ]
        );
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradients_nobody_asks_for_are_not_needed(bool ofInput, bool ofWeight)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => nn.functional.conv2d(t[0], t[1], padding: [1, 1]),
            t => NarrowConvolution.Apply(t[0], t[1], null, padding: 1),
            [randn([1, 4, 9, 8], requires_grad: ofInput), randn([5, 4, 3, 3], requires_grad: ofWeight)]
        );
    }

    [Fact]
    public void A_turned_map_keeps_its_derivatives()
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => nn.functional.conv2d(t[0].permute(0, 3, 1, 2), t[1], strides: [2, 2], padding: [1, 1]),
            t => NarrowConvolution.Apply(t[0].permute(0, 3, 1, 2), t[1], null, stride: 2, padding: 1),
            [randn([2, 9, 12, 4], requires_grad: true), randn([5, 4, 3, 3], requires_grad: true)]
        );
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_number_of_threads_changes_nothing(long stride)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertThreadsChangeNothing(
            t => NarrowConvolution.Apply(t[0], t[1], null, stride, padding: 1),
            [randn([2, 6, 60, 70], requires_grad: true), randn([5, 6, 3, 3], requires_grad: true)]
        );
    }

    [Theory]
    [InlineData(8, 8, 3, 1, 1, 1, 1, true)]
    [InlineData(8, 8, 3, 2, 1, 1, 1, true)]
    [InlineData(8, 8, 1, 1, 0, 1, 1, true)]
    [InlineData(8, 8, 8, 8, 0, 1, 1, false)] // even side, stride 8
    [InlineData(8, 8, 3, 2, 2, 2, 1, false)] // stride and dilation
    [InlineData(8, 8, 1, 1, 1, 1, 1, false)] // positions that see padding alone
    [InlineData(8, 8, 3, 1, 1, 1, 2, false)] // groups
    public void It_says_what_it_takes(
        long inputs,
        long outputs,
        long side,
        long stride,
        long padding,
        long dilation,
        long groups,
        bool takes
    )
    {
        using var conv = nn.Conv2d(inputs, outputs, side, stride, padding, dilation, groups: groups);
        Assert.Equal(takes, NarrowConvolution.Takes(conv));
    }

    [Theory]
    [InlineData(8, 8, 3, 1, 1)] // tap by tap
    [InlineData(64, 70, 3, 1, 1)] // Winograd
    [InlineData(64, 70, 3, 1, 0)] // the module
    [InlineData(64, 70, 3, 2, 1)]
    [InlineData(4, 6, 8, 8, 0)]
    public void Whichever_way_a_layer_goes_it_is_the_modules(long inputs, long outputs, long side, long stride, long padding)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Conv2d conv = nn.Conv2d(inputs, outputs, side, stride, padding);
        Derivatives.AssertSame(
            t => nn.functional.conv2d(t[0], t[1], t[2], [stride, stride], [padding, padding]),
            t => ConvolutionLayer.Apply(conv, t[0]),
            [randn([2, inputs, 16, 24], requires_grad: true), conv.weight, conv.bias!],
            5e-5f
        );
    }
}
