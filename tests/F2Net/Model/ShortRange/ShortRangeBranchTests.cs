using F2Net.Model.ShortRange;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.ShortRange;

public class ShortRangeBranchTests
{
    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(2, 75, 50)]
    public void Folded_norms_say_what_the_norms_say(long b, long h, long w)
    {
        using var scope = NewDisposeScope();
        var branch = Branch();
        var x = randn(b, 8, h, w);
        AssertClose(Unfolded(branch, x), Folded(branch, x));
    }

    [Fact]
    public void A_pooled_window_goes_into_the_folded_map_too()
    {
        using var scope = NewDisposeScope();
        var branch = Branch(poolWindow: 5);
        var x = randn(1, 8, 80, 70);
        AssertClose(Unfolded(branch, x), Folded(branch, x));
    }

    [Fact]
    public void A_changed_weight_is_never_missed()
    {
        using var scope = NewDisposeScope();
        var branch = Branch();
        var x = randn(1, 8, 64, 64);
        var before = Folded(branch, x);

        using (no_grad())
            branch.LastBlock.parameters().First().mul_(1.5f);
        var inPlace = Folded(branch, x);
        AssertClose(Unfolded(branch, x), inPlace);
        Assert.NotEqual(before.sum().item<float>(), inPlace.sum().item<float>());

        var other = Branch(seed: 2);
        branch.load_state_dict(other.state_dict());
        AssertClose(Unfolded(other, x), Folded(branch, x));

        using var step = optim.SGD(branch.parameters(), 0.01);
        Unfolded(branch, x).square().mean().backward();
        step.step();
        AssertClose(Unfolded(branch, x), Folded(branch, x));
    }

    [Fact]
    public void The_input_is_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        var (branch, x) = (Branch(), randn(1, 8, 64, 64));
        var copy = x.clone();
        Folded(branch, x);
        Assert.True((x == copy).all().item<bool>());
    }

    [Fact]
    public void Training_moves_every_running_mean()
    {
        using var scope = NewDisposeScope();
        var branch = Branch();
        branch.train();
        var before = branch.named_buffers().Select(b => b.buffer.clone()).ToList();
        branch.call(randn(2, 8, 64, 64));
        Assert.All(branch.named_buffers().Zip(before), pair => Assert.False((pair.First.buffer == pair.Second).all().item<bool>()));
    }

    // Trained in part: running statistics that differ from their initial values, and scales and shifts.
    private static ShortRangeBranch Branch(int seed = 1, long? poolWindow = null)
    {
        manual_seed(seed);
        var branch = new ShortRangeBranch(8, 20, 12, [2, 5, 30], poolWindow);
        using (no_grad())
            foreach (var norm in branch.modules().OfType<BatchNorm2d>())
            {
                norm.running_mean!.normal_(0, 0.3);
                norm.running_var!.uniform_(0.3, 3);
                norm.weight.uniform_(0.5, 2);
                norm.bias!.normal_(0, 0.3);
            }
        branch.eval();
        return branch;
    }

    private static Tensor Folded(ShortRangeBranch branch, Tensor x)
    {
        using (no_grad())
            return branch.call(x);
    }

    private static Tensor Unfolded(ShortRangeBranch branch, Tensor x)
    {
        using (enable_grad())
            return branch.call(x);
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.InRange((wanted - got).abs().max().item<float>(), 0, 3e-5f * wanted.abs().max().item<float>());
}
