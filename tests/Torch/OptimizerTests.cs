using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class OptimizerTests
{
    [Fact]
    public void SGD_with_momentum_and_weight_decay_takes_the_steps_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var w = new Parameter(tensor(new[] { 1.0, -2.0 }));
        var optimizer = optim.SGD([w], learningRate: 0.1, momentum: 0.9, weight_decay: 0.01);
        double[] expected = [1.0, -2.0],
            velocity = [0, 0];
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            (w * w).sum().backward();
            optimizer.step();
            for (var i = 0; i < 2; i++)
            {
                velocity[i] = 0.9 * velocity[i] + 2 * expected[i] + 0.01 * expected[i];
                expected[i] -= 0.1 * velocity[i];
            }
            AssertClose(expected, w);
        }
    }

    [Fact]
    public void AdamW_takes_the_steps_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var w = new Parameter(tensor(new[] { 1.0, -2.0 }));
        var optimizer = optim.AdamW([w], lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0.05);
        double[] expected = [1.0, -2.0],
            mean = [0, 0],
            square = [0, 0];
        for (var step = 1; step <= 3; step++)
        {
            optimizer.zero_grad();
            (w * w).sum().backward();
            optimizer.step();
            for (var i = 0; i < 2; i++)
            {
                var g = 2 * expected[i];
                mean[i] = 0.9 * mean[i] + 0.1 * g;
                square[i] = 0.99 * square[i] + 0.01 * g * g;
                var (m, v) = (mean[i] / (1 - Math.Pow(0.9, step)), square[i] / (1 - Math.Pow(0.99, step)));
                expected[i] -= 0.1 * 0.05 * expected[i] + 0.1 * m / (Math.Sqrt(v) + 1e-8);
            }
            AssertClose(expected, w);
        }
    }

    [Fact]
    public void The_polynomial_schedule_falls_to_zero_as_the_recipe_says()
    {
        using var scope = NewDisposeScope();
        var w = new Parameter(ones(1));
        var optimizer = optim.SGD([w], learningRate: 0.4);
        var schedule = optim.lr_scheduler.PolynomialLR(optimizer, total_iters: 10, power: 0.9);
        for (var iteration = 0; iteration <= 10; iteration++)
        {
            Assert.Equal(0.4 * Math.Pow(1 - iteration / 10.0, 0.9), optimizer.ParamGroups.Single().LearningRate, 10);
            optimizer.step();
            schedule.step();
        }
    }

    [Fact]
    public void An_optimizers_state_outlives_the_scope_of_a_step()
    {
        using var scope = NewDisposeScope();
        var w = new Parameter(ones(3));
        var optimizer = optim.SGD([w], learningRate: 0.1, momentum: 0.9);
        for (var i = 0; i < 3; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            w.sum().backward();
            optimizer.step();
        }
        AssertClose([1 - 0.1 * (1 + 1.9 + 2.71), .. new double[2].Select(_ => 1 - 0.1 * (1 + 1.9 + 2.71))], w);
    }

    [Fact]
    public void A_thousand_training_steps_end_with_the_live_tensors_they_began_with()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var net = nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1));
        var optimizer = optim.AdamW(net.parameters(), lr: 1e-3);
        Step(); // gradients and the optimizer's state come into being
        var before = LiveTensors.Count();
        for (var i = 0; i < 1000; i++)
            Step();
        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var target = randint(0, 2, [2, 8, 8], dtype: ScalarType.Int64);
            nn.functional.cross_entropy(net.call(randn(2, 3, 8, 8)), target).backward();
            optimizer.step();
        }
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        var values = actual.detach().to(ScalarType.Float64).data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 6));
    }
}
