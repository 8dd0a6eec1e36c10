using F2Net.Model.LongRange;
using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Tests.Model;

/// <summary>How the branches start, where that is not libtorch's own way: as the authors' code has them.</summary>
public class InitialWeightsTests
{
    public InitialWeightsTests() => manual_seed(1);

    [Fact]
    public void Linear_layers_of_the_high_branch_start_normal_and_without_bias()
    {
        using var branch = High();
        var blocks = Starting(branch, "in_proj.weight", "out_proj.weight", "fc1.weight", "fc2.weight");
        Assert.Equal(40, blocks.Count);
        Assert.All(blocks, w => AssertNormal(0.02, w));
        Assert.All(Starting(branch, "fc1.bias", "fc2.bias"), b => Assert.Equal(0, b.abs().max().item<float>()));
    }

    [Fact]
    public void Scans_start_with_the_same_rate_everywhere_and_steps_that_differ_little()
    {
        using var branch = High();
        Assert.All(Starting(branch, "A_logs"), a => Assert.Equal(0, a.abs().max().item<float>()));
        Assert.All(Starting(branch, "Ds"), d => Assert.Equal(0, (d - 1).abs().max().item<float>()));
        Assert.All(Starting(branch, "x_proj_weight"), w => AssertUniform(-1 / 8f, 1 / 8f, w)); // ±1 / √64
        AssertUniform(0, 0.1f, cat([.. Starting(branch, "dt_projs_bias").Select(b => b.flatten())]));
    }

    [Fact]
    public void Drop_path_grows_from_nothing_at_the_first_block_to_its_rate_at_the_last()
    {
        using var branch = High();
        Assert.Equal(
            Enumerable.Range(0, 10).Select(j => Math.Round(0.2 * j / 9, 12)),
            branch.modules().OfType<DropPath>().Select(d => Math.Round(d.Rate, 12))
        );
    }

    [Fact]
    public void Learned_positions_start_normal()
    {
        using var branch = new LongRangeBranch(4, channels: 12, depth: 1);
        AssertNormal(0.02, Assert.Single(Starting(branch, "pos_embed")));
    }

    private static HighFrequencyBranch High() => new(4, [2, 2, 4, 2], [64, 64, 64, 64]);

    // The parameters with one of these names, of every block.
    private static List<Tensor> Starting(nn.Module module, params string[] names) =>
        [
            .. module
                .named_parameters()
                .Where(p => names.Any(name => $".{p.name}".EndsWith($".{name}", StringComparison.Ordinal)))
                .Select(p => p.parameter.detach()),
        ];

    private static void AssertNormal(double deviation, Tensor x)
    {
        Assert.InRange(Math.Sqrt(x.square().mean().item<float>()), 0.95 * deviation, 1.05 * deviation);
        Assert.InRange(x.mean().item<float>(), -0.05 * deviation, 0.05 * deviation);
        Assert.InRange(x.abs().max().item<float>(), 3 * deviation, 7 * deviation);
    }

    // Between the bounds, and near both.
    private static void AssertUniform(float from, float to, Tensor x)
    {
        var near = (to - from) / 10;
        Assert.InRange(x.min().item<float>(), from, from + near);
        Assert.InRange(x.max().item<float>(), to - near, to);
    }
}
