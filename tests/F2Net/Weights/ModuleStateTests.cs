using F2Net.Weights;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights;

public class ModuleStateTests
{
    [Fact]
    public void Copies_every_value_whatever_its_type()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(3, 2);
        ModuleState.Load(
            layer.state_dict(),
            State(("weight", full(2, 3, 0.5, dtype: ScalarType.Float64)), ("bias", ones(2))),
            "w.safetensors"
        );

        Assert.Equal(2.5f, layer.call(ones(1, 3)).sum().item<float>() / 2);
        Assert.True(layer.weight!.requires_grad);
    }

    [Fact]
    public void Names_what_is_missing()
    {
        Assert.Equal(
            "w.safetensors lacks 'bias' of this network; use the configuration it was trained with.",
            Fault(("weight", ones(2, 3)))
        );
        Assert.Equal("w.safetensors lacks 2 tensors, 'weight' first, of this network; use the configuration it was trained with.", Fault());
    }

    [Fact]
    public void Names_what_is_unexpected() =>
        Assert.Equal(
            "w.safetensors holds 'gamma' that this network lacks; use the configuration it was trained with.",
            Fault(("weight", ones(2, 3)), ("bias", ones(2)), ("gamma", ones(2)))
        );

    [Fact]
    public void Names_a_shape_both_ways() =>
        Assert.Equal(
            "weight has shape [3, 2] in w.safetensors but [2, 3] in this network; use the configuration it was trained with.",
            Fault(("weight", ones(3, 2)), ("bias", ones(2)))
        );

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Refuses_values_that_are_not_finite(float value) =>
        Assert.Equal(
            "bias has NaN or infinite values in w.safetensors; use an earlier checkpoint.",
            Fault(("weight", ones(2, 3)), ("bias", tensor(new[] { 0f, value })))
        );

    [Fact]
    public void Leaves_the_module_as_it_was_when_it_refuses()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(3, 2);
        var before = layer.weight!.clone();
        Assert.Throws<UserException>(() =>
            ModuleState.Load(layer.state_dict(), State(("weight", ones(2, 3)), ("bias", full(2, double.NaN))), "w.safetensors")
        );
        Assert.True((layer.weight! == before).all().item<bool>());
    }

    private static string Fault(params (string, Tensor)[] state) =>
        Assert.Throws<UserException>(() => ModuleState.Load(nn.Linear(3, 2).state_dict(), State(state), "w.safetensors")).Message;

    private static Dictionary<string, Tensor> State(params (string Name, Tensor Tensor)[] state) =>
        state.ToDictionary(s => s.Name, s => s.Tensor);
}
