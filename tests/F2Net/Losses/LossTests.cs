using F2Net.Losses;
using F2Net.Model;
using F2Net.Tests.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Losses;

public class LossTests
{
    [Fact]
    public void Alignment_is_positive_and_zero_for_equal_distributions()
    {
        using var scope = NewDisposeScope();
        var loss = new CrossFrequencyAlignmentLoss(4, 4, 6);
        var (a, b) = (randn(2, 4, 7, 5), randn(2, 4, 3, 2));
        Assert.True(loss.call(a, b).item<float>() > 0);

        var state = loss.state_dict();
        using (no_grad())
            foreach (var part in new[] { "weight", "bias" })
                state["proj_m." + part].copy_(state["proj_sl." + part]);
        Assert.True(Math.Abs(loss.call(a, a).item<float>()) < 1e-7);
    }

    [Fact]
    public void Balance_is_the_distance_of_the_norms_from_their_mean()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Parameter(tensor(new[] { 3f, 4f })), new Parameter(tensor(new[] { 1f })));
        var norms = CrossFrequencyBalanceLoss.GradientNorms(
            (a * a).sum() + 2 * b.sum(),
            [
                [a],
                [b],
            ],
            differentiable: true
        );
        Assert.Equal(10, norms[0].item<double>(), 6);
        Assert.Equal(2, norms[1].item<double>(), 6);
        Assert.Equal(8, CrossFrequencyBalanceLoss.Spread(norms).item<double>(), 6);
        Assert.Equal(0, CrossFrequencyBalanceLoss.Spread([norms[0]]).item<double>());
    }

    [Fact]
    public void Balances_gradient_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (first, second) = (nn.Linear(3, 4).to(ScalarType.Float64), nn.Linear(3, 4).to(ScalarType.Float64));
        var head = nn.Linear(8, 3).to(ScalarType.Float64);
        var (x, y) = (randn(5, 3, dtype: ScalarType.Float64), tensor(new long[] { 0, 1, 2, 1, 0 }));
        Tensor Balance()
        {
            var task = nn.functional.cross_entropy(head.call(cat([first.call(x).tanh(), second.call(x)], 1)), y);
            return CrossFrequencyBalanceLoss.Spread(
                CrossFrequencyBalanceLoss.GradientNorms(task, [first.parameters().ToArray(), second.parameters().ToArray()], true)
            );
        }
        FiniteDifferences.Check(Balance, [first.weight, second.weight, head.weight, x]);
    }

    [Fact]
    public void A_branch_without_influence_has_norm_zero_and_harms_nothing()
    {
        using var scope = NewDisposeScope();
        var (a, unused, cancelled) = (new Parameter(ones(2)), new Parameter(ones(2)), new Parameter(ones(2)));
        var norms = CrossFrequencyBalanceLoss.GradientNorms(
            (a * a).sum() + (cancelled * 0).sum(),
            [
                [a],
                [unused],
                [cancelled],
            ],
            true
        );
        Assert.Equal(0, norms[1].item<double>());
        Assert.True(norms[2].item<double>() < 1e-20);
        CrossFrequencyBalanceLoss.Spread(norms).backward();
        Assert.True(a.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(BalanceScope.FinalBlocks)]
    [InlineData(BalanceScope.WholeBranches)]
    public void The_total_is_the_weighted_sum_of_its_parts(BalanceScope balanced)
    {
        using var scope = NewDisposeScope();
        var (model, output, mask) = Sample();
        var parts = new F2NetLoss(
            model,
            new()
            {
                Alignment = 0.3,
                Balance = 0.2,
                CrossEntropy = 2,
                BalanceScope = balanced,
            }
        ).call(output, mask);
        var norms = parts.GradientNorms.Select(n => n.Norm.item<double>()).ToArray();
        var balance = norms.Sum(n => Math.Abs(n - norms.Average()));
        Assert.Equal(balance, parts.Balance.item<float>(), 4);
        Assert.Equal(
            0.3 * parts.Alignment.item<float>() + 0.2 * balance + 2 * parts.CrossEntropy.item<float>(),
            parts.Total.item<float>(),
            4
        );
        parts.Total.backward();
        Assert.Empty(Unreached(model));
    }

    [Fact]
    public void Without_weight_the_balance_is_measured_but_has_no_graph()
    {
        using var scope = NewDisposeScope();
        var (model, output, mask) = Sample();
        var parts = new F2NetLoss(model, new() { Balance = 0 }).call(output, mask);
        Assert.Equal(3, parts.GradientNorms.Count);
        Assert.All(parts.GradientNorms, n => Assert.True(n.Norm.item<double>() > 0));
        Assert.False(parts.Balance.requires_grad);
        parts.Total.backward();
        Assert.Empty(Unreached(model));
    }

    [Fact]
    public void A_branch_alone_has_nothing_to_balance_and_no_second_order_graph()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetModelTests.Tiny with { Branches = [Branch.Short] });
        var parts = new F2NetLoss(model).call(model.Run(randn(2, 3, 48, 40)), randint(0, 5, [2, 48, 40]).to(ScalarType.Int64));
        Assert.True(Assert.Single(parts.GradientNorms).Norm.item<double>() > 0);
        Assert.Equal(0, parts.Balance.item<float>());
        Assert.False(parts.Balance.requires_grad);
    }

    [Fact]
    public void Where_gradients_are_off_there_are_no_norms()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (model, output, mask) = Sample();
        var parts = new F2NetLoss(model).call(output, mask);
        Assert.Empty(parts.GradientNorms);
        Assert.Equal(0, parts.Balance.item<float>());
    }

    [Fact]
    public void Ignored_pixels_do_not_count()
    {
        using var scope = NewDisposeScope();
        var (model, output, mask) = Sample();
        var loss = new F2NetLoss(model);
        mask.narrow(1, 0, 20).fill_(255);
        var before = loss.call(output, mask).CrossEntropy.item<float>();
        var noise = zeros_like(output.Logits);
        noise.narrow(2, 0, 20).fill_(3);
        noise.narrow(1, 0, 2).fill_(0);
        var after = loss.call(output with { Logits = output.Logits + noise }, mask).CrossEntropy.item<float>();
        Assert.Equal(before, after, 6);
    }

    [Fact]
    public void The_cross_entropy_is_that_of_the_classes_weights_and_of_the_data_sets_own_ignore_index()
    {
        using var scope = NewDisposeScope();
        var (model, output, mask) = Sample();
        mask.narrow(1, 0, 9).fill_(200);
        var parts = new F2NetLoss(model, new() { ClassWeights = [1, 2, 3, 4, 5], IgnoreIndex = 200 }).call(output, mask);
        var wanted = nn.functional.cross_entropy(output.Logits, mask, tensor(new[] { 1f, 2, 3, 4, 5 }), 200);
        Assert.Equal(wanted.item<float>(), parts.CrossEntropy.item<float>(), 1e-5f);
    }

    [Fact]
    public void Learned_weights_start_as_the_given_ones_and_follow_each_losss_uncertainty()
    {
        using var scope = NewDisposeScope();
        var weighting = new LearnedLossWeighting(new(0.1, 0.2, 1));
        Tensor[] losses = [tensor(3f, requires_grad: true), tensor(0.5f, requires_grad: true), tensor(2f, requires_grad: true)];
        var total = weighting.Total(losses[0], losses[1], losses[2]);
        // Σ λ L + s / 2 with s = -log λ
        Assert.Equal(0.3 + 0.1 + 2 - (Math.Log(0.1) + Math.Log(0.2)) / 2, total.item<float>(), 5);
        AssertNear([0.1, 0.2, 1], autograd.grad([total], losses, retain_graph: true).Select(g => (double)g.item<float>()));
        // dL/ds = 1/2 - λ L: rises where a loss is large for its weight.
        AssertNear([0.5 - 0.3, 0.5 - 0.1, 0.5 - 2], autograd.grad([total], [.. weighting.Trained])[0].data<float>().Select(g => (double)g));
        AssertNear([0.1, 0.2, 1], [weighting.Weights.Alignment, weighting.Weights.Balance, weighting.Weights.Task]);
    }

    [Fact]
    public void Learned_weights_settle_where_a_loss_that_stays_the_same_has_half_a_unit()
    {
        using var scope = NewDisposeScope();
        var weighting = new LearnedLossWeighting(new(0, 0.1, 1));
        var (none, balance, task) = (tensor(0f), tensor(5f), tensor(0.25f));
        var optimizer = TorchSharp.torch.optim.SGD(weighting.Trained, 0.2);
        for (var i = 0; i < 400; i++)
        {
            optimizer.zero_grad();
            weighting.Total(none, balance, task).backward();
            optimizer.step();
        }
        Assert.Equal(0, weighting.Weights.Alignment);
        Assert.Equal(0.1, weighting.Weights.Balance, 3); // 1 / (2 · 5)
        Assert.Equal(2, weighting.Weights.Task, 3); // 1 / (2 · 0.25)
    }

    [Theory]
    [InlineData(LossWeighting.Fixed)]
    [InlineData(LossWeighting.Learned)]
    public void Either_weighting_begins_with_the_same_gradients(LossWeighting weighting)
    {
        using var scope = NewDisposeScope();
        var (model, output, mask) = Sample();
        var loss = new F2NetLoss(model, new() { Weighting = weighting, Balance = 0.2 });
        var parts = loss.call(output, mask);
        var wanted = 0.1 * parts.Alignment + 0.2 * parts.Balance + parts.CrossEntropy;
        var head = model.named_parameters().First(p => p.name == "head.3.weight").parameter;
        var (a, b) = (autograd.grad([wanted], [head], retain_graph: true)[0], autograd.grad([parts.Total], [head])[0]);
        Assert.True((a - b).abs().max().item<float>() < 1e-5 * a.abs().max().item<float>());
    }

    [Fact]
    public void A_loss_that_a_network_cannot_have_gets_no_learned_weight()
    {
        using var model = new F2NetModel(F2NetModelTests.Tiny with { Branches = [Branch.Short] });
        using var loss = new F2NetLoss(model, new() { Weighting = LossWeighting.Learned });
        Assert.Equal(["weighting.log_variances"], loss.state_dict().Keys);
        Assert.Equal(new LossWeights(0, 0, 1), loss.Weighting.Weights);
    }

    [Theory]
    [InlineData(-0.1, 0.1, 1)]
    [InlineData(0.1, double.NaN, 1)]
    [InlineData(0.1, 0.1, 0)]
    public void Refuses_to_learn_weights_from_below_zero(double alignment, double balance, double task) =>
        Assert.Equal(
            $"Learned weights start at alignmentWeight ({alignment}), balanceWeight ({balance}) and taskWeight ({task}): make the last above 0 and the others at least 0 in the recipe, or choose lossWeighting fixed.",
            Assert.Throws<UserException>(() => new LearnedLossWeighting(new(alignment, balance, task))).Message
        );

    [Fact]
    public void Its_state_names_are_cfals()
    {
        using var model = new F2NetModel(F2NetModelTests.Tiny);
        using var loss = new F2NetLoss(model);
        Assert.Equal(["cfal.proj_sl.weight", "cfal.proj_sl.bias", "cfal.proj_m.weight", "cfal.proj_m.bias"], loss.state_dict().Keys);
    }

    [Fact]
    public void Refuses_another_number_of_weights_than_classes()
    {
        using var model = new F2NetModel(F2NetModelTests.Tiny);
        Assert.Equal(
            "There are 2 class weights for 5 classes. (Parameter 'options')",
            Assert.Throws<ArgumentException>(() => new F2NetLoss(model, new() { ClassWeights = [1, 2] })).Message
        );
    }

    private static void AssertNear(IEnumerable<double> wanted, IEnumerable<double> got) =>
        Assert.All(wanted.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 5));

    private static (F2NetModel Model, F2NetOutput Output, Tensor Mask) Sample()
    {
        manual_seed(5);
        var model = new F2NetModel(F2NetModelTests.Tiny);
        return (model, model.Run(randn(2, 3, 48, 40)), randint(0, 5, [2, 48, 40]).to(ScalarType.Int64));
    }

    // The first and the last parameters on every path.
    private static IEnumerable<string> Unreached(F2NetModel model) =>
        from p in model.named_parameters()
        where p.name is "afd.proj.weight" or "head.3.weight" or "long.pos_embed" or "high.vssm.patch_embed.0.weight"
        where p.parameter.grad is not { IsInvalid: false } gradient || gradient.abs().sum().item<float>() == 0
        select p.name;
}
