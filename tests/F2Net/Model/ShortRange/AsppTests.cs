using F2Net.Model.ShortRange;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.ShortRange;

public class AsppTests
{
    [Fact]
    public void A_pooling_window_as_large_as_the_map_pools_all_of_it()
    {
        using var scope = NewDisposeScope();
        var x = randn([2, 8, 7, 5]);
        Assert.True(allclose(Evaluate(x, null), Evaluate(x, 7), rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void A_pooling_window_makes_a_position_independent_of_what_lies_far_away()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn([1, 8, 5, 40]);
        var changed = x.clone();
        changed.narrow(3, 30, 10).mul_(5);
        Tensor Left(Tensor y) => y.narrow(3, 0, 15);
        Assert.True(allclose(Left(Evaluate(x, 5)), Left(Evaluate(changed, 5)), rtol: 1e-4, atol: 1e-5));
        Assert.False(allclose(Left(Evaluate(x, null)), Left(Evaluate(changed, null)), rtol: 1e-4, atol: 1e-5));
    }

    // The same weights whatever the window; dilations small enough for the maps above.
    private static Tensor Evaluate(Tensor x, long? window)
    {
        manual_seed(1);
        var aspp = new Aspp(8, 4, [1, 2, 3], window);
        aspp.eval();
        return aspp.call(x);
    }
}
