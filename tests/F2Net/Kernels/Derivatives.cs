using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

/// <summary>Holds a kernel against its reference: the result, its first derivative and its second.</summary>
internal static class Derivatives
{
    /// <param name="wanted">The reference; both take all of <paramref name="inputs"/>.</param>
    /// <param name="inputs">Those that require a gradient are differentiated by.</param>
    /// <param name="share">Of the largest value.</param>
    internal static void AssertSame(Func<Tensor[], Tensor> wanted, Func<Tensor[], Tensor> got, Tensor[] inputs, float share = 2e-5f)
    {
        var (ones, others) = (All(wanted, inputs), All(got, inputs));
        Assert.Equal(ones.Length, others.Length);
        foreach (var (one, other) in ones.Zip(others))
        {
            Assert.Equal(one.shape, other.shape);
            Assert.InRange((one - other).abs().max().item<float>(), 0, share * Math.Max(1e-3f, one.abs().max().item<float>()));
        }
    }

    /// <summary>Whether a result and its gradients are the same to the last bit with one thread and with two.</summary>
    internal static void AssertThreadsChangeNothing(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        Tensor[] Run(int count)
        {
            using var threads = new Threads(count);
            return All(function, inputs);
        }
        Assert.All(Run(1).Zip(Run(2)), pair => Assert.True((pair.First == pair.Second).all().item<bool>()));
    }

    private static Tensor[] All(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        var differentiated = inputs.Where(t => t.requires_grad).ToArray();
        var y = function(inputs);
        var first = autograd.grad(
            [(y * y.detach().cos()).sum() + y.square().sum()],
            differentiated,
            retain_graph: true,
            create_graph: true
        );
        var energy = first.Select(g => g.square().sum()).Aggregate((a, b) => a + b);
        var second = autograd.grad([energy], differentiated, allow_unused: true);
        return [y, .. first, .. second.Zip(differentiated, (g, t) => g.IsInvalid ? zeros_like(t) : g)];
    }
}
