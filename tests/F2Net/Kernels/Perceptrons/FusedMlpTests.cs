using F2Net.Kernels.Perceptrons;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Perceptrons;

public class FusedMlpTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 11)]
    [InlineData(100, 64, 256)]
    [InlineData(33, 40, 1000)]
    [InlineData(257, 192, 768)]
    public void Token_by_token_gives_what_the_modules_give(long tokens, long channels, long hidden)
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(channels, hidden);
        var x = randn(tokens, channels) * 3 + 1;
        using var quiet = no_grad();
        AssertClose(FusedMlp.Reference(x, norm, fc1, fc2), FusedMlp.Apply(x, norm, fc1, fc2));
    }

    [Fact]
    public void Takes_maps_of_any_rank_and_layout()
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(6, 24);
        var x = randn(2, 6, 5, 7).permute(0, 2, 3, 1);
        using var quiet = no_grad();
        var y = FusedMlp.Apply(x, norm, fc1, fc2);
        Assert.Equal([2, 5, 7, 6], y.shape);
        AssertClose(FusedMlp.Reference(x, norm, fc1, fc2), y);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(2, (1 << 17) + 1)] // more tokens than the modules get at a time
    public void In_other_numbers_than_float32_the_modules_get_some_tokens_at_a_time(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(3, 4, ScalarType.Float64);
        var x = randn([rows, columns, 3], dtype: ScalarType.Float64);
        using var quiet = no_grad();
        var wanted = FusedMlp.Reference(x, norm, fc1, fc2);
        Assert.True(wanted.allclose(FusedMlp.Apply(x, norm, fc1, fc2)));
        Assert.True(wanted.allclose(FusedMlp.Apply(x, norm, fc1, fc2, overwrite: true)));
        Assert.True(wanted.allclose(x), "The memory of x was not used.");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Writes_over_its_input_only_when_allowed(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(12, 30, type);
        var x = randn([50, 12], dtype: type);
        using var quiet = no_grad();
        var before = x.clone();
        var kept = FusedMlp.Apply(x, norm, fc1, fc2);
        Assert.True((x == before).all().item<bool>());

        FusedMlp.Apply(x, norm, fc1, fc2, overwrite: true);
        Assert.True((x == kept).all().item<bool>());
    }

    [Fact]
    public void Gradients_flow_where_they_are_asked_for()
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(8, 16);
        var x = randn([3, 8], requires_grad: true);
        var wanted = autograd.grad([FusedMlp.Reference(x, norm, fc1, fc2).square().sum()], [x, fc1.weight]);
        var got = autograd.grad([FusedMlp.Apply(x, norm, fc1, fc2, overwrite: true).square().sum()], [x, fc1.weight]);
        for (var i = 0; i < wanted.Count; i++)
            AssertClose(wanted[i], got[i]);
    }

    [KernelFact]
    public void The_number_of_threads_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (norm, fc1, fc2) = Modules(40, 160);
        var x = randn(301, 40);
        using var quiet = no_grad();
        Tensor On(int count)
        {
            using var threads = new Threads(count);
            return FusedMlp.Apply(x, norm, fc1, fc2);
        }
        var same = (On(1) == On(2)).all().item<bool>();
        Assert.True(same);
    }

    private static (LayerNorm, Linear, Linear) Modules(long channels, long hidden, ScalarType type = ScalarType.Float32)
    {
        manual_seed(1);
        var norm = nn.LayerNorm(channels, dtype: type);
        nn.init.normal_(norm.weight);
        nn.init.normal_(norm.bias!);
        return (norm, nn.Linear(channels, hidden, dtype: type), nn.Linear(hidden, channels, dtype: type));
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 5e-6f * Math.Max(1, wanted.abs().max().item<float>()));
}
