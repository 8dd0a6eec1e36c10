using F2Net.Data;
using F2Net.Evaluation;
using F2Net.Losses;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests;

/// <summary>Nothing is created on the CPU, or read as if it were there, when a network is on another device.</summary>
public class DeviceTests
{
    private static readonly Device Elsewhere = LazyDevice.Device;

    public static TheoryData<F2NetConfig> Variants =>
        [
            F2NetConfig.Nano(4),
            F2NetConfig.Nano(4) with
            {
                LongRangeTokens = null,
                ShortPoolWindow = null,
                HighDropPath = 0.2,
                Head = HeadKind.Coarse,
            },
            F2NetConfig.Nano(4) with
            {
                Decomposition = DecompositionKind.LaplacianPyramid,
                Fusion = FusionKind.CrossAttention,
                Head = HeadKind.Fine,
            },
            F2NetConfig.Nano(4) with
            {
                Decomposition = DecompositionKind.Gaussian,
                Fusion = FusionKind.Add,
            },
            F2NetConfig.Nano(4) with
            {
                Decomposition = DecompositionKind.Haar,
                Fusion = FusionKind.Concat,
            },
        ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_network_computes_elsewhere_what_it_computes_on_the_CPU(F2NetConfig config)
    {
        if (!LazyDevice.IsThere)
            return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        var model = new F2NetModel(config);
        model.eval();
        var image = randn(1, 3, 70, 90);
        var expected = model.call(image);
        var computed = model.to(Elsewhere).call(image.to(Elsewhere));
        Assert.Equal(Elsewhere.type, computed.device_type);
        AssertNear(expected, computed);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_training_step_elsewhere_is_the_one_on_the_CPU(F2NetConfig config)
    {
        if (!LazyDevice.IsThere)
            return;
        using var scope = NewDisposeScope();
        var (expected, _) = Step(config, CPU);
        var (computed, devices) = Step(config, Elsewhere);
        Assert.All(devices, d => Assert.Equal(Elsewhere.type, d));
        foreach (var (name, parameter) in expected)
            AssertNear(parameter, computed[name], name);
    }

    [Fact]
    public void A_picture_is_segmented_elsewhere_as_on_the_CPU()
    {
        if (!LazyDevice.IsThere)
            return;
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = new F2NetModel(F2NetConfig.Nano(4));
        model.eval();
        var picture = Noise.Picture(67, 45);
        double[] offsets = [0.1, 0, -0.1, 0];
        var expected = new Predictor(model, offsets).Predict(picture);
        Assert.Equal(expected.Ids, new Predictor(model.to(Elsewhere), offsets).Predict(picture).Ids);
    }

    // Weights after one step, and the devices of gradients and losses.
    private static (Dictionary<string, Tensor> Weights, DeviceType[] Devices) Step(F2NetConfig config, Device device)
    {
        manual_seed(1);
        var model = new F2NetModel(config).to(device);
        var loss = new F2NetLoss(model, new() { ClassWeights = [1, 2, 1, 1] }).to(device);
        NamedParameter[] parameters = [.. model.named_parameters().Select(p => new NamedParameter(p.name, p.parameter))];
        var image = randn(2, 3, 64, 80).to(device);
        var mask = randint(0, 4, [2, 64, 80], dtype: ScalarType.Int64).to(device);
        model.train();
        var parts = loss.call(model.Run(image), mask);
        parts.Total.backward();
        new Sgd(parameters, 0.9, 0.01).Step(0.1);
        return (
            model.state_dict().ToDictionary(t => t.Key, t => t.Value.cpu()),
            [parts.Total.device_type, .. parameters.Select(p => p.Parameter.grad!.device_type)]
        );
    }

    private static void AssertNear(Tensor expected, Tensor computed, string what = "logits") =>
        Assert.True(
            (computed.cpu() - expected).abs().max().ToDouble() <= 1e-4 * Math.Max(1, expected.abs().max().ToDouble()),
            $"{what} differ."
        );
}
