using static TorchSharp.torch;

namespace F2Net.Tests.Model;

/// <summary>Compares autograd's gradients with central differences, in double.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-5;

    /// <param name="function">To a scalar.</param>
    /// <param name="inputs">Double leaves; every element of each is moved.</param>
    public static void Check(Func<Tensor> function, params Tensor[] inputs)
    {
        foreach (var input in inputs)
            input.requires_grad = true;
        var gradients = autograd.grad([function()], inputs);
        foreach (var (input, gradient) in inputs.Zip(gradients))
        {
            var analytic = gradient.flatten();
            for (var i = 0L; i < input.NumberOfElements; i++)
            {
                var numeric = (Moved(function, input, i, Step) - Moved(function, input, i, -Step)) / (2 * Step);
                var expected = analytic[i].item<double>();
                Assert.True(
                    Math.Abs(numeric - expected) <= 1e-6 * Math.Max(1, Math.Abs(expected)),
                    $"element {i}: {numeric} is not {expected}"
                );
            }
        }
    }

    private static double Moved(Func<Tensor> function, Tensor input, long i, double by)
    {
        using var scope = NewDisposeScope();
        var element = input.detach().view(-1).narrow(0, i, 1);
        var before = element.clone();
        element.add_(by);
        var value = function().item<double>();
        element.copy_(before);
        return value;
    }
}
