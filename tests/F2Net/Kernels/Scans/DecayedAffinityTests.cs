using F2Net.Kernels.Scans;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Scans;

public class DecayedAffinityTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 16)]
    [InlineData(2, 4, 1, 3, 64)]
    [InlineData(1, 2, 3, 2, 48)]
    [InlineData(1, 2, 2, 2, 21)] // no whole vectors
    public void The_value_and_both_derivatives_are_the_operators(long images, long groups, long chunks, long heads, long tokens)
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertSame(
            t => DecayedAffinity.Reference(t[0], t[1]),
            t => DecayedAffinity.Apply(t[0], t[1]),
            [Decay(images, groups, chunks, heads, tokens).requires_grad_(), Affinity(images, groups, chunks, tokens).requires_grad_()]
        );
    }

    [KernelFact]
    public void Threads_change_nothing()
    {
        using var scope = NewDisposeScope();
        Derivatives.AssertThreadsChangeNothing(
            t => DecayedAffinity.Apply(t[0], t[1]),
            [Decay(2, 2, 1, 3, 32).requires_grad_(), Affinity(2, 2, 1, 32).requires_grad_()]
        );
    }

    [Fact]
    public void A_token_gives_nothing_to_those_before_it_and_itself_undecayed()
    {
        using var scope = NewDisposeScope();
        var (affinity, same) = (Affinity(1, 2, 1, 32), eye(32));
        var got = DecayedAffinity.Apply(Decay(1, 2, 1, 2, 32), affinity);
        Assert.Equal(0, got.tril(-1).abs().max().item<float>());
        Assert.True((got * same == affinity.unsqueeze(3) * same).all().item<bool>());
    }

    [Fact]
    public void Decay_without_end_overflows_nowhere()
    {
        using var scope = NewDisposeScope();
        Tensor decay = (Decay(1, 1, 1, 1, 32) * 1e4f).requires_grad_(),
            affinity = Affinity(1, 1, 1, 32).requires_grad_();
        var got = DecayedAffinity.Apply(decay, affinity);
        var first = autograd.grad([got.square().sum()], [decay, affinity], retain_graph: true, create_graph: true);
        var second = autograd.grad([first.Select(g => g.square().sum()).Aggregate((a, b) => a + b)], [decay, affinity]);
        Assert.All([got, .. first, .. second], t => Assert.True(t.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_value_that_is_no_number_is_not_lost(int input)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Decay(1, 1, 1, 1, 32), Affinity(1, 1, 1, 32)];
        inputs[input].view(-1)[5] = tensor(float.NaN, dtype: ScalarType.Float32);
        Assert.True(DecayedAffinity.Apply(inputs[0], inputs[1]).isnan().any().item<bool>());
    }

    [KernelFact]
    public void A_third_derivative_is_refused()
    {
        using var scope = NewDisposeScope();
        Tensor decay = Decay(1, 1, 1, 1, 32).requires_grad_(),
            affinity = Affinity(1, 1, 1, 32);
        var first = autograd.grad([DecayedAffinity.Apply(decay, affinity).square().sum()], [decay], create_graph: true)[0];
        var error = Assert.ThrowsAny<Exception>(() => autograd.grad([first.square().sum()], [decay], create_graph: true));
        Assert.Contains("two derivatives", error.Message, StringComparison.Ordinal);
    }

    // What a chunk's steps, each at least 0, have come to.
    private static Tensor Decay(params long[] shape) => -rand(shape).cumsum(4) * 0.3f;

    private static Tensor Affinity(long images, long groups, long chunks, long tokens) => randn([images, groups, chunks, tokens, tokens]);
}
