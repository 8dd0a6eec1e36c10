using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class ModuleTests
{
    [Fact]
    public void State_names_follow_the_fields_and_the_places_in_a_sequence()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            [
                "scale",
                "body.0.weight",
                "body.0.bias",
                "body.1.weight",
                "body.1.bias",
                "body.1.running_mean",
                "body.1.running_var",
                "body.1.num_batches_tracked",
                "blocks.0.weight",
                "blocks.1.weight",
            ],
            new Net().state_dict().Keys.ToArray()
        );
    }

    [Fact]
    public void A_state_taken_over_gives_the_same_output()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Net(), new Net());
        a.eval();
        b.eval();
        var x = randn(2, 3, 5, 7);
        Assert.False(a.call(x).allclose(b.call(x)));
        b.load_state_dict(a.state_dict());
        Assert.True(a.call(x).allclose(b.call(x)));
    }

    [Fact]
    public void Train_and_eval_reach_every_part()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void Batch_norm_keeps_the_unbiased_variance()
    {
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm2d(2);
        var x = randn(3, 2, 4, 5);
        norm.call(x);
        var variance = x.var([0, 2, 3], unbiased: true);
        Assert.True(norm.running_var!.allclose(0.9 + 0.1 * variance));
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void Batch_norm_refuses_to_train_on_one_value_a_channel()
    {
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm2d(2);
        Assert.StartsWith(
            "Expected more than 1 value per channel when training, got input size [1, 2, 1, 1]",
            Assert.ThrowsAny<Exception>(() => norm.call(randn(1, 2, 1, 1))).Message
        );
        Assert.True(norm.running_var!.isfinite().all().item<bool>());
        norm.eval();
        Assert.Equal([1, 2, 1, 1], norm.call(randn(1, 2, 1, 1)).shape);
    }

    [Fact]
    public void An_argument_that_would_be_ignored_is_refused()
    {
        if (NativeErrorTests.IsTorchSharpsPackage)
            return;
        using var scope = NewDisposeScope();
        var x = ones(1, 2, 4, 4);
        Action[] ignoring =
        [
            () => x.var([0], type: ScalarType.Float64),
            () => nn.functional.dropout(x, inplace: true),
            () => new Generator(1, new Device("cuda")),
            () => new Net().zero_grad(set_to_none: false),
            () => nn.functional.interpolate(x, [2, 2], mode: InterpolationMode.Nearest, align_corners: false),
            () => nn.functional.interpolate(x, [2, 2], mode: InterpolationMode.Area, align_corners: true),
        ];
        Assert.All(ignoring, act => Assert.Throws<NotSupportedException>(act));
    }

    [Fact]
    public void Moving_a_module_changes_its_floating_point_state_only()
    {
        using var scope = NewDisposeScope();
        var net = new Net().to(ScalarType.Float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(ScalarType.Int64, net.state_dict()["body.1.num_batches_tracked"].dtype);
        Assert.Equal(ScalarType.Float64, net.call(randn(1, 3, 4, 4, dtype: ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_tensor_changes_type_and_comes_back()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.5f, -2.25f, 3f });
        Assert.Equal([1.5, -2.25, 3.0], x.to(ScalarType.Float64).data<double>().ToArray());
        Assert.Equal([1L, -2L, 3L], x.to(ScalarType.Int64).data<long>().ToArray());
        Assert.True(x.to(ScalarType.Float16).to(ScalarType.Float32).equal(x).all().item<bool>());
        Assert.Equal(DeviceType.CPU, x.to(CPU).device.type);
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter scale;
        private readonly Sequential body;
        private readonly ModuleList<nn.Module<Tensor, Tensor>> blocks;

        public Net()
            : base(nameof(Net))
        {
            scale = new Parameter(ones(1));
            body = nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.ReLU());
            blocks = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Conv2d(4, 4, 1, bias: false), nn.Conv2d(4, 2, 1, bias: false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = body.call(input) * scale;
            foreach (var block in blocks)
                x = block.call(x);
            return x.MoveToOuterDisposeScope();
        }
    }
}
