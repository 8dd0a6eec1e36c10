using F2Net.Evaluation.Analysis;
using static TorchSharp.torch;

namespace F2Net.Tests.Evaluation.Analysis;

public class EffectiveReceptiveFieldTests
{
    [Fact]
    public void A_convolution_looks_as_far_as_its_kernel()
    {
        using var scope = NewDisposeScope();
        var field = EffectiveReceptiveField.Of(x => nn.functional.conv2d(x, ones(2, 3, 5, 5), padding: [2, 2]), randn(2, 3, 20, 31));
        Assert.Equal([20, 31], field.shape);
        Assert.Equal(25, (field > 0).sum().item<long>());
        Assert.Equal(1, field[10, 15].item<float>());
        Assert.Equal([1 / 25.0, 9 / 25.0, 1], EffectiveReceptiveField.MassWithin(field, [0, 1.5, 3]).Select(m => Math.Round(m, 6)));
    }

    [Fact]
    public void A_mean_over_everything_looks_everywhere_alike()
    {
        using var scope = NewDisposeScope();
        var field = EffectiveReceptiveField.Of(x => x + x.mean([2, 3], keepdim: true).expand_as(x), randn(1, 1, 16, 16));
        Assert.Equal(256, (field > 0).sum().item<long>());
    }
}
