using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.StateSpace;

public class StateSpaceDualityTests
{
    private const long Heads = 4,
        Width = 3,
        Groups = 2,
        StateSize = 5;

    public StateSpaceDualityTests() => manual_seed(1);

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    [InlineData(450)]
    public void Equals_the_recurrence_step_by_step(long length)
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(2, length, ScalarType.Float64);
        var (y, state) = input.Scan();
        var (wantedY, wantedState) = input.Loop();
        Assert.True((y - wantedY).abs().max().item<double>() < 1e-12);
        Assert.True((state - wantedState).abs().max().item<double>() < 1e-12);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(200)]
    public void Is_exact_to_a_hundred_thousandth_in_single_precision(long length)
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, length, ScalarType.Float32);
        var (y, _) = input.Scan();
        var (wanted, _) = input.Loop();
        Assert.True(((y - wanted).abs().max() / wanted.abs().max()).item<float>() < 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(1000)]
    public void Does_not_depend_on_the_chunk_size(long chunkSize)
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 51, ScalarType.Float64);
        Assert.True((input.Scan(chunkSize: chunkSize).Y - input.Scan().Y).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Two_halves_with_the_state_handed_over_equal_the_whole()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(2, 101, ScalarType.Float64);
        var (y, state) = input.Scan();
        var (first, between) = input.Part(0, 33).Scan();
        var (second, last) = input.Part(33, 68).Scan(between);
        Assert.True((cat([first, second], 1) - y).abs().max().item<double>() < 1e-12);
        Assert.True((last - state).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Long_sequences_without_gradients_equal_those_with()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 16384 + 37, ScalarType.Float32);
        var (y, state) = input.Scan();
        using var frozen = no_grad();
        var (stretched, last) = input.Scan();
        Assert.True((stretched - y).abs().max().item<float>() < 1e-4);
        Assert.True((last - state).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void A_skip_weight_a_head_is_one_for_each_of_its_channels()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 9, ScalarType.Float64);
        var perHead = randn(Heads, dtype: ScalarType.Float64);
        var (y, _) = (input with { D = perHead }).Scan();
        var (wanted, _) = (input with { D = perHead.unsqueeze(1).expand(Heads, Width).contiguous() }).Scan();
        Assert.Equal(0, (y - wanted).abs().max().item<double>());
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 5, ScalarType.Float64);
        var initial = randn(1, Heads, Width, StateSize, dtype: ScalarType.Float64);
        Tensor Loss()
        {
            var (y, state) = input.Scan(initial, chunkSize: 2);
            return (y * y).sum() + (state * state).sum();
        }
        FiniteDifferences.Check(Loss, input.X, input.Dt, input.A, input.B, input.C, input.D, initial);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)] // one chunk
    public void Second_derivatives_are_those_of_finite_differences(long chunkSize)
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 3, ScalarType.Float64);
        Tensor[] all = [input.X, input.Dt, input.A, input.B, input.C];
        foreach (var tensor in all)
            tensor.requires_grad = true;
        Tensor GradientNorm()
        {
            var gradients = autograd.grad([input.Scan(chunkSize: chunkSize).Y.square().sum()], all, retain_graph: true, create_graph: true);
            return stack(gradients.Select(g => g.square().sum()).ToArray()).sum().sqrt();
        }
        FiniteDifferences.Check(GradientNorm, all);
    }

    [Fact]
    public void Gradients_stay_finite_when_the_state_is_forgotten_at_once()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 70, ScalarType.Float32);
        var steps = (ones_like(input.Dt) * 500).requires_grad_(true);
        (input with { Dt = steps }).Scan().Y.square().sum().backward();
        Assert.True(steps.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Refuses_groups_that_do_not_divide_the_heads()
    {
        using var scope = NewDisposeScope();
        var input = new Inputs(1, 4, ScalarType.Float32);
        var three = zeros(1, 4, 3, StateSize);
        Assert.Equal(
            "b (1, 4, 3, 5) and c (1, 4, 3, 5) must both be (B, L, G, N) with B and L of x (1, 4, 4, 3) and G a divisor of its H. (Parameter 'b')",
            Assert.Throws<ArgumentException>(() => (input with { B = three, C = three }).Scan()).Message
        );
    }

    private sealed record Inputs(Tensor X, Tensor Dt, Tensor A, Tensor B, Tensor C, Tensor D)
    {
        public Inputs(long batch, long length, ScalarType type)
            : this(
                randn(batch, length, Heads, Width, dtype: type),
                rand(batch, length, Heads, dtype: type),
                -rand(Heads, dtype: type) - 0.1,
                randn(batch, length, Groups, StateSize, dtype: type),
                randn(batch, length, Groups, StateSize, dtype: type),
                randn(Heads, Width, dtype: type)
            ) { }

        public (Tensor Y, Tensor State) Scan(Tensor? initialState = null, long chunkSize = 64) =>
            StateSpaceDuality.Scan(X, Dt, A, B, C, D, initialState, chunkSize);

        public Inputs Part(long start, long length) =>
            this with
            {
                X = X.narrow(1, start, length),
                Dt = Dt.narrow(1, start, length),
                B = B.narrow(1, start, length),
                C = C.narrow(1, start, length),
            };

        public (Tensor Y, Tensor State) Loop()
        {
            var state = zeros(X.shape[0], Heads, Width, StateSize, dtype: X.dtype);
            var outputs = new List<Tensor>();
            for (var t = 0L; t < X.shape[1]; t++)
            {
                Tensor Shared(Tensor grouped) =>
                    grouped.select(1, t).unsqueeze(2).expand(-1, -1, Heads / Groups, -1).reshape(X.shape[0], Heads, 1, StateSize);
                var (x, dt) = (X.select(1, t).unsqueeze(3), Dt.select(1, t).unsqueeze(2).unsqueeze(3));
                state = (dt * A.view(1, Heads, 1, 1)).exp() * state + dt * x * Shared(B);
                outputs.Add((state * Shared(C)).sum(3) + D * X.select(1, t));
            }
            return (stack(outputs.ToArray(), 1), state);
        }
    }
}
