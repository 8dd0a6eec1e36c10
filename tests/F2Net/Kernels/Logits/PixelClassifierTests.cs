using F2Net.Kernels.Logits;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Logits;

public class PixelClassifierTests
{
    [Theory]
    [InlineData(1, 1, 2, 1, 1, 1, 1)]
    [InlineData(2, 3, 4, 3, 5, 11, 18)]
    [InlineData(1, 16, 5, 9, 8, 33, 32)]
    public void Row_by_row_gives_what_tensor_operators_give(long b, long c, long k, long h, long w, long height, long width)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(b, c, k, h, w, height, width);
        var mixing = randn([b, k, height, width]);
        var fast = PixelClassifier.Apply(inputs[0], inputs[1], inputs[2], inputs[3]);
        var slow = PixelClassifier.Reference(inputs[0], inputs[1], inputs[2], inputs[3]);
        AssertClose(slow, fast);

        var wanted = autograd.grad([(slow * mixing).sum()], inputs);
        var got = autograd.grad([(fast * mixing).sum()], inputs);
        for (var i = 0; i < inputs.Length; i++)
            AssertClose(wanted[i], got[i]);
    }

    // The context's gradient alone is what CFBL differentiates; the others come with it where all are asked for.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Second_derivatives_are_those_of_the_reference(int differentiated)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(2, 5, 3, 4, 6, 13, 19);
        Tensor[] Twice(Func<Tensor, Tensor, Tensor, Tensor, Tensor> classify)
        {
            var energy = classify(inputs[0], inputs[1], inputs[2], inputs[3]).log_softmax(1).square().sum();
            var first = autograd.grad([energy], [.. inputs.Take(differentiated)], retain_graph: true, create_graph: true);
            var total = first.Select(g => g.square().sum()).Aggregate((a, g) => a + g);
            return [.. autograd.grad([total], inputs)];
        }
        var (wanted, got) = (Twice(PixelClassifier.Reference), Twice(PixelClassifier.Apply));
        for (var i = 0; i < inputs.Length; i++)
            AssertClose(wanted[i], got[i]);
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(2, 4, 3, 5, 5, 40, 21);
        Tensor Gradient(int count)
        {
            using var threads = new Threads(count);
            return autograd.grad([PixelClassifier.Apply(inputs[0], inputs[1], inputs[2], inputs[3]).square().sum()], [inputs[2]])[0];
        }
        var same = (Gradient(1) == Gradient(2)).all().item<bool>();
        Assert.True(same);
    }

    private static Tensor[] Inputs(long b, long c, long k, long h, long w, long height, long width)
    {
        manual_seed(1);
        return
        [
            randn([b, c, h, w], requires_grad: true),
            randn([b, c, height, width], requires_grad: true),
            randn([k, c, 1, 1], requires_grad: true),
            randn([k], requires_grad: true),
        ];
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 2e-5f * Math.Max(1, wanted.abs().max().item<float>()));
}
