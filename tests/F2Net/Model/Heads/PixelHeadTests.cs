using F2Net.Model.Heads;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.Heads;

public class PixelHeadTests
{
    [Theory]
    [InlineData(4, 4)]
    [InlineData(61, 35)]
    [InlineData(130, 70)]
    public void Some_rows_are_those_of_the_whole(long height, long width)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var head = new PixelHead(5, 7, 4, 6, 3);
        head.eval();
        var (low, high) = (randn([2, 4, height, width]), randn([2, 4, height, width]));
        var said = head.call(new(randn([2, 5, (height + 15) / 16, (width + 15) / 16]), randn([2, 7, (height + 3) / 4, (width + 3) / 4])));

        var whole = head.Logits(said, RowRange.All(height, width), new(low, high));
        Assert.Equal([2, 3, height, width], whole.shape);
        foreach (var (top, rows) in new[] { (0L, 1L), (height / 3, height / 2), (height - 1, 1L) })
        {
            var some = head.Logits(said, new(top, rows, height, width), new(low.narrow(2, top, rows), high.narrow(2, top, rows)));
            Assert.True(allclose(whole.narrow(2, top, rows), some, rtol: 1e-4, atol: 1e-5));
        }
    }
}
