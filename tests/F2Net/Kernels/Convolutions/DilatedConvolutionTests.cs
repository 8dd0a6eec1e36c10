using F2Net.Kernels.Convolutions;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Convolutions;

public class DilatedConvolutionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 3)] // one value
    [InlineData(1, 3, 5, 7, 9, 1, 3)]
    [InlineData(2, 33, 29, 17, 31, 1, 3)]
    [InlineData(2, 16, 20, 13, 10, 2, 3)]
    [InlineData(1, 5, 7, 22, 35, 3, 3)]
    [InlineData(1, 64, 70, 33, 18, 4, 3)]
    [InlineData(1, 9, 6, 40, 70, 12, 3)]
    [InlineData(1, 130, 140, 61, 66, 1, 3)] // filters too large to keep, more than one block of tiles
    [InlineData(2, 70, 9, 9, 14, 8, 3)] // taps that see little
    [InlineData(2, 70, 9, 9, 14, 30, 3)] // all but one tap see nothing
    [InlineData(2, 19, 23, 7, 300, 1, 1)]
    public void Equals_the_operator_forward_and_backward(long b, long inputs, long outputs, long h, long w, long dilation, long side)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(b, inputs, outputs, h, w, side);
        var mixing = randn([b, outputs, h, w]);
        var fast = DilatedConvolution.Apply(x, weight, dilation);
        var slow = DilatedConvolution.Reference(x, weight, dilation);
        AssertClose(slow, fast);

        var wanted = autograd.grad([(slow * mixing).sum()], [x, weight]);
        var got = autograd.grad([(fast * mixing).sum()], [x, weight]);
        AssertClose(wanted[0], got[0]);
        AssertClose(wanted[1], got[1]);
    }

    [Fact]
    public void Two_hundred_products_deep_it_is_off_by_a_hundred_thousandth_at_most()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(1, 512, 96, 24, 24, 3);
        var exact = DilatedConvolution.Reference(x.detach().relu().to(float64), weight.detach().to(float64), 2);
        var fast = DilatedConvolution.Apply(x.detach().relu(), weight.detach(), 2);
        Assert.InRange((exact - fast).abs().max().item<double>() / exact.abs().max().item<double>(), 0, 2e-5);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gradients_nobody_asks_for_are_not_made(bool ofInput, bool ofWeight)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(1, 6, 4, 9, 9, 3);
        var (fastX, fastWeight) = (x.detach(), weight.detach());
        fastX.requires_grad = ofInput;
        fastWeight.requires_grad = ofWeight;
        DilatedConvolution.Apply(fastX, fastWeight, 1).square().sum().backward();
        DilatedConvolution.Reference(x, weight, 1).square().sum().backward();
        AssertClose(ofInput ? x.grad! : weight.grad!, ofInput ? fastX.grad! : fastWeight.grad!);
        Assert.Null(ofInput ? fastWeight.grad : fastX.grad);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(12, true)]
    public void Second_derivatives_are_those_of_the_operator(long dilation, bool ofInput)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(1, 6, 4, 9, 11, 3);
        x = x.detach().requires_grad_(ofInput);
        Derivatives.AssertSame(
            t => DilatedConvolution.Reference(t[0], t[1], dilation, t[2]),
            t => DilatedConvolution.Apply(t[0], t[1], dilation, t[2]),
            [x, weight, randn([4], requires_grad: true)],
            1e-4f
        );
    }

    [Fact]
    public void A_turned_map_keeps_its_derivatives()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(1, 4, 6, 9, 12, 3);
        Derivatives.AssertSame(
            t => DilatedConvolution.Reference(t[0].transpose(2, 3), t[1], 2),
            t => DilatedConvolution.Apply(t[0].transpose(2, 3), t[1], 2),
            [x, weight],
            1e-4f
        );
    }

    [KernelTheory]
    [InlineData(8, 1)]
    [InlineData(140, 4)]
    [InlineData(70, 20)]
    public void The_number_of_threads_changes_nothing(long channels, long dilation)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(2, channels, channels, 26, 31, 3);
        Tensor[] All(int count)
        {
            using var threads = new Threads(count);
            var y = DilatedConvolution.Apply(x, weight, dilation);
            return [y, .. autograd.grad([y.square().sum()], [x, weight])];
        }
        var (one, two) = (All(1), All(2));
        Assert.All(one.Zip(two), pair => Assert.True((pair.First == pair.Second).all().item<bool>()));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(9, 3)]
    [InlineData(1, 1)]
    public void Scale_shift_identity_and_ReLU_come_with_the_outputs_into_a_slice_of_a_map(long dilation, long side)
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Inputs(2, 6, 5, 10, 13, side);
        var (scale, shift, identity) = (rand([5]) + 0.5, randn([5]), randn([2, 5, 10, 13]));
        var map = full([2, 9, 10, 13], 7f);
        using (no_grad())
            DilatedConvolution.Write(x, weight, dilation, scale, shift, identity, relu: true, map, firstChannel: 3);
        var wanted = DilatedConvolution.Reference(x, weight, dilation) * scale.view(-1, 1, 1) + shift.view(-1, 1, 1) + identity;
        AssertClose(wanted.relu(), map.narrow(1, 3, 5));
        Assert.True((map.narrow(1, 0, 3) == 7).all().item<bool>() && (map.narrow(1, 8, 1) == 7).all().item<bool>());
    }

    private static (Tensor X, Tensor Weight) Inputs(long b, long inputs, long outputs, long h, long w, long side)
    {
        manual_seed(1);
        return (randn([b, inputs, h, w], requires_grad: true), randn([outputs, inputs, side, side], requires_grad: true));
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 3e-5f * wanted.abs().max().item<float>());
}
