using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class DisposeScopeTests
{
    [Fact]
    public void A_scope_frees_every_tensor_made_in_it()
    {
        var before = LiveTensors.Count();
        Tensor x;
        using (NewDisposeScope())
        {
            x = ones(3);
            _ = (x + x) * x.sum();
            Assert.True(Tensor.TotalCount > before);
        }
        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void A_moved_tensor_lives_until_the_outer_scope_ends()
    {
        Tensor kept;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
                kept = ones(3).MoveToOuterDisposeScope();
            Assert.Equal(3, kept.sum().item<float>());
        }
        Assert.True(kept.IsInvalid);
    }

    [Fact]
    public void A_detached_tensor_outlives_every_scope()
    {
        Tensor kept;
        using (NewDisposeScope())
        using (NewDisposeScope())
            kept = ones(3).DetachFromDisposeScope();
        Assert.False(kept.IsInvalid);
        kept.Dispose();
        Assert.True(kept.IsInvalid);
    }

    [Fact]
    public void A_tensor_disposed_early_is_not_freed_again()
    {
        var before = LiveTensors.Count();
        using (NewDisposeScope())
            ones(3).Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_scope_hands_on_only_what_it_owns()
    {
        using var scope = NewDisposeScope();
        var mine = ones(3);
        using (NewDisposeScope())
        using (var inner = NewDisposeScope())
        {
            inner.MoveToOuter(mine);
            inner.Detach(mine);
        }
        Assert.False(mine.IsInvalid);
        Assert.True(scope.Contains(mine));
    }

    [Fact]
    public void Each_thread_has_scopes_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var both = new Barrier(2);
        var thread = new Thread(() =>
        {
            using var own = NewDisposeScope();
            both.SignalAndWait(); // the other thread's scope is open …
            both.SignalAndWait();
        });
        thread.Start();
        both.SignalAndWait();
        var mine = ones(3);
        both.SignalAndWait(); // … until this tensor is made
        thread.Join();
        Assert.Equal(3, mine.sum().item<float>());
    }
}
