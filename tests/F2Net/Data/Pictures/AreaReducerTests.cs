using F2Net.Data.Pictures;

namespace F2Net.Tests.Data.Pictures;

public class AreaReducerTests
{
    [Theory]
    [InlineData(100, 80, 100, 80)]
    [InlineData(100, 80, 25, 20)]
    [InlineData(97, 61, 32, 17)]
    [InlineData(41, 300, 40, 7)]
    [InlineData(33, 5, 1, 1)]
    public void Every_pixel_is_the_mean_of_the_area_it_covers(int width, int height, int outWidth, int outHeight)
    {
        var picture = Noise.Picture(width + 6, height + 4);
        var reduced = AreaReducer.Reduce(picture, new PixelWindow(5, 3, width, height), outWidth, outHeight);
        for (var c = 0; c < 3; c++)
        for (var y = 0; y < outHeight; y++)
        for (var x = 0; x < outWidth; x++)
        {
            var expected = Mean(
                picture,
                c,
                (double)x * width / outWidth,
                (double)y * height / outHeight,
                (double)width / outWidth,
                (double)height / outHeight
            );
            Assert.InRange(reduced.Plane(c)[y * outWidth + x] - expected, -0.51, 0.51);
        }
    }

    [Fact]
    public void One_colour_stays_that_colour()
    {
        var picture = new Picture(77, 53, [.. Enumerable.Repeat((byte)201, 3 * 77 * 53)]);
        Assert.All(AreaReducer.Reduce(picture, new PixelWindow(0, 0, 77, 53), 31, 23).Pixels, v => Assert.Equal(201, v));
    }

    [Fact]
    public void Refuses_to_enlarge() =>
        Assert.Equal(
            "8 x 9 cannot be reduced to 9 x 9. (Parameter 'outWidth')",
            Assert.Throws<ArgumentException>(() => AreaReducer.Reduce(Noise.Picture(8, 9), new PixelWindow(0, 0, 8, 9), 9, 9)).Message
        );

    /// <summary>Written out over every source pixel, as the definition has it; the window starts at (5, 3).</summary>
    private static double Mean(Picture picture, int channel, double left, double top, double width, double height)
    {
        double sum = 0;
        for (var y = 0; y + 3 < picture.Height; y++)
        for (var x = 0; x + 5 < picture.Width; x++)
            sum += Overlap(x, left, width) * Overlap(y, top, height) * picture.Plane(channel)[(y + 3) * picture.Width + x + 5];
        return sum / (width * height);
    }

    private static double Overlap(int pixel, double start, double length) =>
        Math.Max(0, Math.Min(pixel + 1, start + length) - Math.Max(pixel, start));
}
