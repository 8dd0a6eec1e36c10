using F2Net.Kernels.Scans;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Scans;

public class SelectiveScanTests
{
    // Sizes that divide neither chunks nor tiles; the last has more tokens than several chunks.
    public static TheoryData<long, long, long, long, long> Sizes =>
        new()
        {
            { 1, 1, 1, 16, 1 },
            { 2, 5, 7, 32, 5 },
            { 1, 13, 11, 48, 16 },
            { 3, 4, 12, 16, 64 },
            { 1, 23, 19, 64, 64 },
        };

    [KernelTheory]
    [MemberData(nameof(Sizes))]
    public void One_pass_gives_what_tensor_operators_give(long batch, long height, long width, long channels, long states)
    {
        using var scope = NewDisposeScope();
        AssertAlike(Inputs(batch, height, width, channels, states));
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_directions_do_too(int directions)
    {
        using var scope = NewDisposeScope();
        AssertAlike(Inputs(2, 13, 11, 32, 8, directions));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(100)]
    [InlineData(240)]
    [InlineData(100_000)]
    public void Segments_of_any_length_give_the_very_same_gradients(int segment)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(2, 23, 19, 48, 16);
        inputs[3] = full([4, 3], 2.0, requires_grad: true); // chunks that end early
        Tensor[] With(int? length)
        {
            var y = SelectiveScan.Apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], length);
            return [y, .. autograd.grad([y.square().sum()], inputs)];
        }
        foreach (var (whole, parts) in With(null).Zip(With(segment)))
            Assert.Equal(0, (whole - parts).abs().max().item<float>());
    }

    [KernelTheory]
    [InlineData(3.0)]
    [InlineData(6.0)]
    public void Decays_that_would_overflow_in_a_long_chunk_are_taken_in_short_ones(double logRate)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(1, 9, 14, 32, 8);
        inputs[3] = full([4, 2], logRate, requires_grad: true);
        AssertAlike(inputs);
    }

    [KernelFact]
    public void Tiny_and_large_steps_keep_their_digits()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(1, 6, 10, 32, 8);
        inputs[2] = tensor(new float[] { -14, 25, -9, 30, 0, 1, -3, 4 }, [4, 2], requires_grad: true);
        inputs[3] = full([4, 2], -5.0, requires_grad: true);
        AssertAlike(inputs);
    }

    [Property(MaxTest = 40)]
    public void Turning_a_map_of_any_size_over_turns_the_result_over(byte h, byte w, byte heads, byte states)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var inputs = Inputs(1, 1 + h % 20, 1 + w % 20, 16 * (1 + heads % 3), 1 + states % 20);
        // With one set of parameters for all directions, the scan does not know left from right nor rows from columns.
        for (var i = 1; i < inputs.Length; i++)
            inputs[i] = inputs[i].narrow(0, 0, 1).expand([4, .. inputs[i].shape[1..]]).contiguous();
        Tensor Of(Tensor x) => SelectiveScan.Apply(x, inputs[1], inputs[2], inputs[3], inputs[4]);
        AssertClose(Of(inputs[0]).flip(1, 2), Of(inputs[0].flip(1, 2)));
        AssertClose(Of(inputs[0]).transpose(1, 2), Of(inputs[0].transpose(1, 2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Second_derivatives_are_those_of_the_reference(bool turned)
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(1, 3, 5, 16, 4);
        if (turned)
            inputs[0] = inputs[0].detach().permute(0, 3, 1, 2).contiguous().requires_grad_();
        Tensor Map(Tensor x) => turned ? x.permute(0, 2, 3, 1) : x;
        Derivatives.AssertSame(
            t => SelectiveScan.Reference(Map(t[0]), t[1], t[2], t[3], t[4]),
            t => SelectiveScan.Apply(Map(t[0]), t[1], t[2], t[3], t[4]),
            inputs,
            1e-4f
        );
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing_beyond_rounding()
    {
        using var scope = NewDisposeScope();
        var inputs = Inputs(1, 17, 12, 32, 16);
        Tensor[] With(int count)
        {
            using var threads = new Threads(count);
            var y = SelectiveScan.Apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
            return [y, .. autograd.grad([y.square().sum()], inputs)];
        }
        var (one, many) = (With(1), With(4));
        foreach (var (a, b) in one.Zip(many))
            AssertClose(a, b);
    }

    // The reference in double: in float it is the less exact of the two.
    private static void AssertAlike(Tensor[] inputs)
    {
        var exact = inputs.Select(t => t.detach().to(ScalarType.Float64).requires_grad_(true)).ToArray();
        var mixing = randn(inputs[0].shape);
        var fast = SelectiveScan.Apply(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
        var slow = SelectiveScan.Reference(exact[0], exact[1], exact[2], exact[3], exact[4]);
        AssertClose(slow, fast);

        var wanted = autograd.grad([(slow * mixing).sum()], exact);
        var got = autograd.grad([(fast * mixing).sum()], inputs);
        for (var i = 0; i < inputs.Length; i++)
            AssertClose(wanted[i], got[i]);
    }

    private static Tensor[] Inputs(long batch, long height, long width, long channels, long states, int directions = 4)
    {
        manual_seed(1);
        var heads = channels / 16;
        var weight = randn(directions, heads + 2 * states, channels) / Math.Sqrt(channels);
        return
        [
            randn([batch, height, width, channels], requires_grad: true),
            weight.requires_grad_(true),
            randn([directions, heads], requires_grad: true),
            (randn(directions, heads) * 0.5).requires_grad_(true),
            randn([directions, heads, 16], requires_grad: true),
        ];
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().ToDouble(), 0, 2e-5 * Math.Max(1, wanted.abs().max().ToDouble()));
}
