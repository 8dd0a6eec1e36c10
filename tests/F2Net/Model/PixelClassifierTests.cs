using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Tests.Model;

public class PixelClassifierTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(256, 3)]
    [InlineData(601, 7)]
    public void Strips_without_gradients_give_what_the_whole_gives(long height, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var pixel = new PixelClassifier(4, 6, 3);
        pixel.eval();
        var (low, high) = (randn([2, 4, height, width]), randn([2, 4, height, width]));
        var whole = pixel.call(low, high);
        using (no_grad())
            Assert.True(allclose(whole, pixel.call(low, high), rtol: 1e-5, atol: 1e-6));
        Assert.Equal([2, 3, height, width], whole.shape);
    }
}
