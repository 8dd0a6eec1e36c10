using F2Net.Kernels.Attention;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Attention;

public class FusedAttentionTests
{
    [Fact]
    public void Weights_sum_to_one_so_a_constant_stays()
    {
        using var scope = NewDisposeScope();
        var answer = FusedAttention.Apply(randn(2, 3, 301, 20), randn(2, 3, 403, 20), full([2, 3, 403, 20], 0.7f));
        AssertClose(full(answer.shape, 0.7f), answer);
    }

    [Fact]
    public void The_order_of_keys_and_values_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (randn(1, 2, 40, 24), randn(1, 2, 333, 24), randn(1, 2, 333, 24));
        AssertClose(FusedAttention.Apply(query, key, value), FusedAttention.Apply(query, key.flip(2), value.flip(2)));
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var query = (randn(1, 1, 50, 32) * 100).requires_grad_();
        var value = randn(1, 1, 500, 32);
        // Rising scores: the running maximum grows with every block, by more than single precision's exponent holds.
        var key = ones(1, 1, 500, 32) * arange(500).view(1, 1, -1, 1) + randn(1, 1, 500, 32);
        var answer = FusedAttention.Apply(query, key, value);
        AssertClose(FusedAttention.Reference(query, key, value), answer, 1e-3f);
        Assert.True(autograd.grad([answer.sum()], [query])[0].isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(1, 1, 1, 16)]
    [InlineData(2, 7, 3, 64)]
    [InlineData(1, 65, 2, 32)]
    [InlineData(3, 130, 3, 40)]
    [InlineData(1, 1000, 1, 64)]
    public void Block_by_block_gives_what_tensor_operators_give(long batch, long length, long heads, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var qkv = randn([batch, length, 3 * heads * width], requires_grad: true);
        AssertSame(x => FusedAttention.Reference(x[0], heads), x => FusedAttention.Apply(x[0], heads), [qkv]);
    }

    [Theory]
    [InlineData(1, 7, 1, 16)]
    [InlineData(65, 1000, 2, 40)]
    [InlineData(500, 130, 3, 21)]
    public void Keys_may_be_more_or_fewer_than_queries(long length, long keys, long heads, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor Part(long tokens) => randn([2, heads, tokens, width], requires_grad: true);
        AssertSame(
            x => FusedAttention.Reference(x[0], x[1], x[2]),
            x => FusedAttention.Apply(x[0], x[1], x[2]),
            [Part(length), Part(keys), Part(keys)]
        );
    }

    [Fact]
    public void Operands_may_lie_anywhere()
    {
        using var scope = NewDisposeScope();
        Tensor Part(long tokens) => randn(2, 3, 16, tokens).transpose(2, 3);
        var (query, key, value) = (Part(20), Part(31), Part(31));
        AssertClose(FusedAttention.Reference(query, key, value), FusedAttention.Apply(query, key, value));
    }

    // The longer one has more queries than a block.
    [Theory]
    [InlineData(2, 11)]
    [InlineData(1, 1100)]
    public void Second_derivatives_are_those_of_the_reference(long batch, long length)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var qkv = randn([batch, length, 36], requires_grad: true);
        Derivatives.AssertSame(t => FusedAttention.Reference(t[0], 2), t => FusedAttention.Apply(t[0], 2), [qkv]);
    }

    // CrossAttentionFusion's operands are maps whose axes were exchanged.
    [Theory]
    [InlineData(7, 1, 1, 16, false)]
    [InlineData(50, 301, 2, 21, false)]
    [InlineData(211, 65, 3, 40, false)]
    [InlineData(50, 40, 2, 16, true)]
    public void Second_derivatives_hold_for_separate_operands_too(long length, long keys, long heads, long width, bool turned)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor Part(long tokens) => randn(turned ? [2, heads, width, tokens] : [2, heads, tokens, width], requires_grad: true);
        Tensor Tokens(Tensor t) => turned ? t.transpose(2, 3) : t;
        Derivatives.AssertSame(
            t => FusedAttention.Reference(Tokens(t[0]), Tokens(t[1]), Tokens(t[2])),
            t => FusedAttention.Apply(Tokens(t[0]), Tokens(t[1]), Tokens(t[2])),
            [Part(length), Part(keys), Part(keys)]
        );
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var qkv = randn([1, 700, 96], requires_grad: true);
        Tensor Gradient(int count)
        {
            using var threads = new Threads(count);
            var first = autograd.grad([FusedAttention.Apply(qkv, 1).square().sum()], [qkv], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.square().sum()], [qkv])[0];
        }
        var same = (Gradient(1) == Gradient(2)).all().item<bool>();
        Assert.True(same);
    }

    private static void AssertSame(Func<Tensor[], Tensor> reference, Func<Tensor[], Tensor> fused, Tensor[] inputs)
    {
        var (slow, fast) = (reference(inputs), fused(inputs));
        AssertClose(slow, fast);

        var mixing = randn_like(slow);
        var wanted = autograd.grad([(slow * mixing).sum()], inputs);
        var got = autograd.grad([(fast * mixing).sum()], inputs);
        for (var i = 0; i < inputs.Length; i++)
            AssertClose(wanted[i], got[i]);
    }

    private static void AssertClose(Tensor wanted, Tensor got, float tolerance = 5e-6f) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, tolerance * Math.Max(1, wanted.abs().max().item<float>()));
}
