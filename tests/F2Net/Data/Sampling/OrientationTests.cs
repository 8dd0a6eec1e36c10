using F2Net.Data.Pictures;
using F2Net.Data.Sampling;
using F2Net.Model.LongRange;

namespace F2Net.Tests.Data.Sampling;

public class OrientationTests
{
    [Fact]
    public void The_eight_orientations_are_all_different()
    {
        var picture = Noise.Picture(5, 5);
        var all = Enumerable.Range(0, 8).Select(i => Convert.ToHexString(picture.Cut(new(0, 0, 5, 5), Orientation.FromIndex(i)).Pixels));
        Assert.Equal(8, all.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(4, 7)]
    [InlineData(6, 3)]
    public void A_window_turned_with_its_picture_is_the_turned_window(int width, int height)
    {
        var picture = Noise.Picture(13, 11);
        var window = new PixelWindow(4, 2, width, height);
        for (var i = 0; i < 8; i++)
        {
            var orientation = Orientation.FromIndex(i);
            var turned = picture.Cut(new PixelWindow(0, 0, 13, 11), orientation);
            var part = orientation.Move(new ContextWindow(2 / 11.0, 4 / 13.0, height / 11.0, width / 13.0));
            var moved = new PixelWindow(
                (int)Math.Round(part.Left * turned.Width),
                (int)Math.Round(part.Top * turned.Height),
                (int)Math.Round(part.Width * turned.Width),
                (int)Math.Round(part.Height * turned.Height)
            );
            Assert.Equal(turned.Cut(moved).Pixels, picture.Cut(window, orientation).Pixels);
        }
    }

    [Fact]
    public void A_mask_turns_as_its_picture_does()
    {
        var mask = Noise.Mask(9, 6, classes: 5);
        var picture = new Picture(9, 6, [.. mask.Ids, .. mask.Ids, .. mask.Ids]);
        for (var i = 0; i < 8; i++)
            Assert.Equal(
                picture.Cut(new(1, 2, 5, 3), Orientation.FromIndex(i)).Plane(1).ToArray(),
                mask.Cut(new(1, 2, 5, 3), Orientation.FromIndex(i)).Ids
            );
    }
}
