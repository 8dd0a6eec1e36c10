using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class AutogradTests
{
    [Fact]
    public void Backward_adds_to_the_gradients_that_are_there()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f, 3f }, requires_grad: true);
        (x * x).sum().backward();
        (x * x).sum().backward();
        Assert.Equal([4f, 8f, 12f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void No_grad_builds_no_graph()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        using (no_grad())
            Assert.False((x * x).requires_grad);
        Assert.True((x * x).requires_grad);
    }

    [Fact]
    public void A_gradients_gradient_is_the_second_derivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, -2.0, 3.0 }, requires_grad: true);
        var first = autograd.grad([x.pow(3).sum()], [x], retain_graph: true, create_graph: true)[0]; // 3 x^2
        var second = autograd.grad([first.sum()], [x])[0]; // 6 x
        Assert.Equal([3.0, 12.0, 27.0], first.detach().data<double>().ToArray());
        Assert.Equal([6.0, -12.0, 18.0], second.data<double>().ToArray());
    }

    [Fact]
    public void An_input_without_influence_has_an_invalid_gradient()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        var gradients = autograd.grad([x.sum()], [x, unused], allow_unused: true);
        Assert.False(gradients[0].IsInvalid);
        Assert.True(gradients[1].IsInvalid);
    }

    [Fact]
    public void A_function_written_in_CSharp_takes_part_in_the_graph()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, -2.0, 3.0 }, requires_grad: true);
        var y = Cube.apply(x * 2, 0.5);
        Assert.Equal([4.0, -32.0, 108.0], y.detach().data<double>().ToArray()); // 0.5 (2x)^3
        y.sum().backward();
        Assert.Equal([12.0, 48.0, 108.0], x.grad!.data<double>().ToArray()); // 12 x^2
    }

    [Fact]
    public void A_function_of_several_tensors_gives_each_its_gradient()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        var b = tensor(new[] { 5.0, 7.0 }, requires_grad: true);
        var outputs = ProductAndSum.apply(a, b);
        (outputs[0] + 10 * outputs[1]).sum().backward();
        Assert.Equal([15.0, 17.0], a.grad!.data<double>().ToArray()); // b + 10
        Assert.Equal([11.0, 12.0], b.grad!.data<double>().ToArray()); // a + 10
    }

    [Fact]
    public void An_exception_in_a_functions_backward_reaches_the_caller()
    {
        if (NativeErrorTests.IsTorchSharpsPackage)
            return; // its native part ends the process
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var error = Assert.ThrowsAny<Exception>(() => Failing.apply(x).sum().backward());
        Assert.Contains("the backward failed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Custom_functions_leave_no_tensor_behind()
    {
        var before = LiveTensors.Count();
        for (var i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            var x = ones(4, dtype: ScalarType.Float64, requires_grad: true);
            Cube.apply(x, 2.0).sum().backward();
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>y = scale x^3.</summary>
    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, scale) = ((Tensor)vars[0], (double)vars[1]);
            ctx.save_for_backward([x]);
            ctx.save_data("scale", scale);
            return scale * x.pow(3);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * 3 * (double)ctx.get_data("scale") * x.pow(2), null!];
        }
    }

    private sealed class ProductAndSum : autograd.MultiTensorFunction<ProductAndSum>
    {
        public override string Name => nameof(ProductAndSum);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (a, b) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([a, b]);
            return [a * b, a + b];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] * saved[1] + grad_outputs[1], grad_outputs[0] * saved[0] + grad_outputs[1]];
        }
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]) * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            throw new InvalidOperationException("the backward failed");
    }
}
