using F2Net.Model.Fusions;
using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.LongRange;

public class AttentionMapsTests
{
    [Fact]
    public void Each_block_gives_weights_that_sum_to_one()
    {
        using var scope = NewDisposeScope();
        var branch = new LongRangeBranch(3, 16, 2, 4, 8, 6);
        var maps = branch.AttentionMaps(randn(2, 3, 33, 40));
        Assert.Equal(2, maps.Count);
        Assert.All(maps, m => Assert.Equal([2, 4, 20, 20], m.shape));
        Assert.All(maps, m => Assert.True(allclose(m.sum(dim: 3), ones(2, 4, 20), rtol: 1e-5, atol: 1e-6)));
    }

    [Fact]
    public void The_gates_shown_are_the_gates_applied()
    {
        using var scope = NewDisposeScope();
        var fusion = new HybridFrequencyFusion(12, 8, 6);
        var (a, b) = (randn(2, 12, 5, 7), randn(2, 8, 5, 7));
        var gates = fusion.Gates(a, b);
        Assert.Equal([2, 12, 8], gates.Affinity.shape);
        // Linear in its inputs but for the gates: gating the inputs and opening the gates gives the same.
        var expected = fusion.call(a, b);
        var projections = fusion.state_dict();
        Tensor Project(Tensor x, string name) => nn.functional.conv2d(x, projections[$"{name}.weight"], projections[$"{name}.bias"]);
        var gated =
            Project(a * gates.GateA.unsqueeze(2).unsqueeze(3), "proj_a") + Project(b * gates.GateB.unsqueeze(2).unsqueeze(3), "proj_b");
        Assert.True(allclose(expected, gated, rtol: 1e-5, atol: 1e-6));
    }
}
