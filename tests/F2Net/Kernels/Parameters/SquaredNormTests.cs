using F2Net.Kernels.Parameters;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Parameters;

public class SquaredNormTests
{
    [Fact]
    public void Value_and_gradients_are_those_of_tensor_operators()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors =
        [
            randn([3, 5], requires_grad: true),
            randn([8, 4], requires_grad: true).transpose(0, 1),
            randn([], requires_grad: true),
        ];
        Tensor wanted = SquaredNorm.Reference(tensors),
            got = SquaredNorm.Of(tensors);
        Assert.Equal(ScalarType.Float64, got.dtype);
        Assert.Equal(wanted.item<double>(), got.item<double>(), 1e-9);
        var pairs = autograd.grad([(wanted * 3).sqrt()], tensors).Zip(autograd.grad([(got * 3).sqrt()], tensors));
        Assert.All(pairs, pair => Assert.Equal(0, (pair.First - pair.Second).abs().max().item<float>(), 1e-6f));
    }

    [Fact]
    public void Squares_that_float32_would_lose_are_counted()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Assert.Equal(1e8 + 1000, SquaredNorm.Of([tensor(1e4f), ones(1000)]).item<double>());
    }

    [KernelFact]
    public void A_second_derivative_is_refused()
    {
        using var scope = NewDisposeScope();
        var x = randn([4], requires_grad: true);
        var error = Assert.ThrowsAny<Exception>(() => autograd.grad([SquaredNorm.Of([x])], [x], create_graph: true));
        Assert.Contains("A squared norm has one derivative here; a second was asked for.", error.Message, StringComparison.Ordinal);
    }
}
