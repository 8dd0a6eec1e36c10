using F2Net.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Training;

public class OptimizerTests
{
    [Fact]
    public void Sgd_steps_as_torchs() =>
        AssertSameSteps(
            p => new Sgd([new("p", p)], momentum: 0.9, weightDecay: 0.1),
            p => optim.SGD([p], 0.05, momentum: 0.9, weight_decay: 0.1)
        );

    [Fact]
    public void AdamW_steps_as_torchs() =>
        AssertSameSteps(p => new F2Net.Training.AdamW([new("p", p)], weightDecay: 0.1), p => optim.AdamW([p], 0.05, weight_decay: 0.1));

    [Fact]
    public void AdamW_steps_as_torchs_in_double_precision_too() =>
        AssertSameSteps(
            p => new F2Net.Training.AdamW([new("p", p)], weightDecay: 0.1),
            p => optim.AdamW([p], 0.05, weight_decay: 0.1),
            ScalarType.Float64
        );

    [Fact]
    public void What_does_not_decay_is_stepped_as_without_weight_decay()
    {
        AssertSameSteps(
            p => new F2Net.Training.AdamW([new("p", p) { Decays = false }], weightDecay: 0.1),
            p => optim.AdamW([p], 0.05, weight_decay: 0)
        );
        AssertSameSteps(
            p => new Sgd([new("p", p) { Decays = false }], momentum: 0.9, weightDecay: 0.1),
            p => optim.SGD([p], 0.05, momentum: 0.9)
        );
    }

    [Fact]
    public void A_copied_state_continues_as_the_original()
    {
        using var scope = NewDisposeScope();
        var (p, q) = (Parameter(), Parameter());
        var (a, b) = (new F2Net.Training.AdamW([new("p", p)], 0), new F2Net.Training.AdamW([new("p", q)], 0));
        Step(p, () => a.Step(0.1));
        using (no_grad())
            q.copy_(p);
        foreach (var (name, tensor) in a.State)
            b.State[name].copy_(tensor);
        Step(p, () => a.Step(0.1));
        Step(q, () => b.Step(0.1));
        Assert.True((p == q).all().item<bool>());
    }

    private static void AssertSameSteps(
        Func<Parameter, IOptimizer> ours,
        Func<Parameter, optim.Optimizer> theirs,
        ScalarType type = ScalarType.Float32
    )
    {
        using var scope = NewDisposeScope();
        var (p, q) = (Parameter(type), Parameter(type));
        var (a, b) = (ours(p), theirs(q));
        for (var i = 0; i < 5; i++)
        {
            Step(p, () => a.Step(0.05));
            Step(q, () => b.step());
            Assert.True(allclose(p, q, rtol: 1e-6, atol: 1e-7));
        }
    }

    private static Parameter Parameter(ScalarType type = ScalarType.Float32) => new(linspace(-1, 2, 19, dtype: type));

    private static void Step(Parameter p, Action step)
    {
        p.grad = null;
        p.pow(3).sum().backward();
        step();
    }
}
