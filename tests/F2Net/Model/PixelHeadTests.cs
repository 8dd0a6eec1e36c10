using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Tests.Model;

public class PixelHeadTests
{
    [Theory]
    [InlineData(4, 4)]
    [InlineData(256, 35)]
    [InlineData(601, 70)]
    public void Strips_without_gradients_give_what_the_whole_gives(long height, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var head = new PixelHead(5, 7, 4, 6, 3);
        head.eval();
        var (low, high) = (randn([2, 4, height, width]), randn([2, 4, height, width]));
        var fused = randn([2, 5, (height + 15) / 16, (width + 15) / 16]);
        var fine = randn([2, 7, (height + 3) / 4, (width + 3) / 4]);

        var whole = head.call(new(fused, fine, head.Keep(low, high)));
        using (no_grad())
            Assert.True(allclose(whole, head.call(new(fused, fine, head.Keep(low, high))), rtol: 1e-4, atol: 1e-5));
        Assert.Equal([2, 3, height, width], whole.shape);
    }
}
