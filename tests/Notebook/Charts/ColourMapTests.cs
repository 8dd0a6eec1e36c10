using F2Net.Data.Pictures;
using F2Net.Notebook.Charts;

namespace F2Net.Tests.Notebook.Charts;

public class ColourMapTests
{
    [Fact]
    public void The_sequential_map_grows_lighter_in_equal_steps()
    {
        var lightness = ColourMap.Sequential.Colours.Select(Lightness).ToArray();
        var steps = lightness.Skip(1).Zip(lightness, (next, here) => next - here).ToArray();
        Assert.All(steps, step => Assert.True(step > 0));
        // Over sixteenths, where rounding to bytes no longer counts.
        var sixteenths = Enumerable.Range(0, 15).Select(i => lightness[17 * (i + 1)] - lightness[17 * i]).ToArray();
        Assert.All(sixteenths, step => Assert.InRange(step, 0.75 * sixteenths.Average(), 1.25 * sixteenths.Average()));
    }

    [Fact]
    public void Both_ends_of_the_diverging_map_are_about_as_dark_and_its_middle_is_nearly_white()
    {
        var lightness = ColourMap.Diverging.Colours.Select(Lightness).ToArray();
        Assert.Equal(lightness[0], lightness[^1], 10.0);
        Assert.True(lightness[128] > 93);
        Assert.Equal(128, Array.IndexOf(lightness, lightness.Max()), 1.0);
    }

    [Fact]
    public void A_red_blind_eye_tells_steps_and_signs_apart()
    {
        var (steps, signs) = (Sixteenths(ColourMap.Sequential), Sixteenths(ColourMap.Diverging));
        for (var i = 0; i < 15; i++)
            Assert.True(Difference(steps[i], steps[i + 1]) > 4);
        // The two in the middle are both nearly white.
        for (var i = 0; i < 7; i++)
            Assert.True(Difference(signs[i], signs[15 - i]) > 4);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(0.5, 128)]
    [InlineData(1, 255)]
    [InlineData(7, 255)]
    [InlineData(double.NaN, 128)]
    public void Clips_values_and_shows_what_is_none_as_the_middle(double value, byte index) =>
        Assert.Equal(index, ColourMap.Index(value, 0, 1));

    /// <summary>CIE L*, 0 to 100.</summary>
    private static double Lightness(Rgb colour)
    {
        var y = 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);
        return y > 0.008856 ? 116 * Math.Cbrt(y) - 16 : 903.3 * y;
    }

    /// <summary>Protanopia after Viénot et al. 1999: red and green become one.</summary>
    private static double[] RedBlind(Rgb colour)
    {
        var yellow = 0.11238 * Linear(colour.R) + 0.88762 * Linear(colour.G);
        var blue = 0.00401 * (Linear(colour.R) - Linear(colour.G)) + Linear(colour.B);
        return [100 * Math.Cbrt(Math.Max(0, yellow)), 100 * Math.Cbrt(Math.Max(0, blue))];
    }

    private static double[][] Sixteenths(ColourMap map) => [.. Enumerable.Range(0, 16).Select(i => RedBlind(map.Colours[17 * i]))];

    private static double Difference(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double Linear(byte value)
    {
        var v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
