using F2Net.Data.Preparation;

namespace F2Net.Tests.Data.Preparation;

public class SplitSharesTests
{
    private static readonly SplitShares DeepGlobe = new(454, 207, 142);

    [Theory]
    [InlineData(803, 454, 207, 142)]
    [InlineData(802, 453, 207, 142)]
    [InlineData(100, 56, 26, 18)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(1, 1, 0, 0)]
    [InlineData(0, 0, 0, 0)]
    public void Are_whole_and_in_proportion(int pictures, int train, int val, int test) =>
        Assert.Equal([train, val, test], DeepGlobe.Of(pictures));

    [Fact]
    public void Add_up_and_leave_no_split_empty_from_three_pictures_on()
    {
        foreach (var shares in (SplitShares[])[DeepGlobe, new(126, 27, 27), new(5, 1, 2), new(70, 15, 15)])
            for (var n = 3; n < 400; n++)
            {
                Assert.Equal(n, shares.Of(n).Sum());
                Assert.All(shares.Of(n), s => Assert.True(s > 0));
            }
    }

    [Fact]
    public void The_seed_alone_decides_who_goes_where()
    {
        var pictures = Enumerable.Range(0, 50).Select(i => new SourcePicture($"{i}", [], [])).ToList();
        var drawn = DeepGlobe.Draw(pictures, 1);
        Assert.Equal(drawn, DeepGlobe.Draw(pictures.AsEnumerable().Reverse(), 1));
        Assert.NotEqual(drawn, DeepGlobe.Draw(pictures, 2));
        Assert.Equal([28, 13, 9], SplitShares.Names.Select(s => drawn.Values.Count(v => v == s)));
    }
}
