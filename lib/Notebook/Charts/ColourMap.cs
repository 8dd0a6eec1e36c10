using F2Net.Data.Pictures;

namespace F2Net.Notebook.Charts;

/// <summary>
/// Values as colours: straight lines in OKLab (Ottosson 2020) with evenly rising lightness, so that equal steps look equal, and along
/// blue and yellow or blue and orange, which every colour vision tells apart.
/// </summary>
internal sealed class ColourMap
{
    public const int Size = 256;

    private readonly Rgb[] colours;

    /// <summary>Dark blue by grey to yellow, for values that only grow.</summary>
    public static ColourMap Sequential { get; } = new((0.26, -0.021, -0.088), (0.59, 0, 0.005), (0.92, -0.03, 0.162));

    /// <summary>Blue by nearly white to orange-brown, for signed values: the middle is zero.</summary>
    public static ColourMap Diverging { get; } = new((0.45, -0.045, -0.118), (0.97, 0, 0), (0.5, 0.105, 0.1));

    private ColourMap(params (double L, double A, double B)[] stops)
    {
        colours = new Rgb[Size];
        for (var i = 0; i < Size; i++)
        {
            var at = (double)i / (Size - 1) * (stops.Length - 1);
            var k = Math.Min((int)at, stops.Length - 2);
            var (from, to, share) = (stops[k], stops[k + 1], at - k);
            colours[i] = FromOklab(double.Lerp(from.L, to.L, share), double.Lerp(from.A, to.A, share), double.Lerp(from.B, to.B, share));
        }
    }

    public IReadOnlyList<Rgb> Colours => colours;

    /// <summary>Where a value lies among the colours; bounds are the first and the last, what lies outside is clipped.</summary>
    public static byte Index(double value, double low, double high)
    {
        if (!double.IsFinite(value))
            return Size / 2;
        var share = high > low ? (value - low) / (high - low) : 0.5;
        return (byte)Math.Round(Math.Clamp(share, 0, 1) * (Size - 1));
    }

    /// <summary>Bounds that hold every finite value, for diverging maps as far below zero as above.</summary>
    public static (double Low, double High) Bounds(IEnumerable<double> values, bool diverging)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            if (double.IsFinite(value))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            return (0, 1);
        var reach = Math.Max(Math.Abs(low), Math.Abs(high));
        return diverging ? (-reach, reach) : (low, high);
    }

    private static Rgb FromOklab(double lightness, double a, double b)
    {
        var l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        var m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        var s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return new(
            Srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)
        );
    }

    private static byte Srgb(double linear)
    {
        var light = Math.Clamp(linear, 0, 1);
        var encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.Pow(light, 1 / 2.4) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}
