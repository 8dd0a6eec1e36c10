using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data.Synthetic;

/// <summary>
/// A wave across a grey picture whose frequency rises from left to right, by the same factor from column to column, up to Nyquist's half a cycle per
/// pixel, and whose contrast rises from top to bottom (after Campbell and Robson 1968).
/// </summary>
public sealed class FrequencySweep
{
    /// <summary>Half a cycle per pixel: no grid of pixels holds a faster wave.</summary>
    public const double Nyquist = 0.5;

    private const double LeastContrast = 0.05;
    private readonly double[] phases;

    /// <param name="width">Columns, at least 32; <paramref name="height"/> rows, at least 32.</param>
    /// <param name="slowest">Cycles per pixel of the first column, above 0 and below ½.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its bounds.</exception>
    public FrequencySweep(int width = 1024, int height = 256, double slowest = 1 / 128.0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, Raster.LeastSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, Raster.LeastSide);
        if (slowest is not (> 0 and < Nyquist))
            throw new ArgumentOutOfRangeException(nameof(slowest), slowest, "The slowest frequency must lie between 0 and ½.");
        Frequencies = [.. Enumerable.Range(0, width).Select(x => slowest * Math.Pow(Nyquist / slowest, x / (width - 1.0)))];
        Contrasts = [.. Enumerable.Range(0, height).Select(y => LeastContrast + (1 - LeastContrast) * y / (height - 1.0))];
        phases = new double[width];
        for (var x = 1; x < width; x++)
            phases[x] = phases[x - 1] + Math.PI * (Frequencies[x - 1] + Frequencies[x]); // the integral of 2π f, by trapezia
    }

    /// <summary>The true frequency at each column, cycles per pixel, the same in all rows.</summary>
    public IReadOnlyList<double> Frequencies { get; }

    /// <summary>The wave's height in each row, as a share of the largest that fits.</summary>
    public IReadOnlyList<double> Contrasts { get; }

    /// <summary>The true frequency at each pixel, [row, column], cycles per pixel.</summary>
    public double[,] FrequencyMap()
    {
        var map = new double[Contrasts.Count, Frequencies.Count];
        for (var y = 0; y < Contrasts.Count; y++)
        for (var x = 0; x < Frequencies.Count; x++)
            map[y, x] = Frequencies[x];
        return map;
    }

    /// <summary>The sweep as a grey picture.</summary>
    /// <param name="quarters">By how many quarters of a wave it is moved; two give the negative.</param>
    public Picture Draw(int quarters = 0)
    {
        const double Middle = 127.5;
        var (width, height) = (Frequencies.Count, Contrasts.Count);
        var picture = new Picture(width, height, new byte[Picture.Channels * width * height]);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var value = Middle * Contrasts[y] * Math.Cos(phases[x] + quarters * Math.PI / 2);
            for (var c = 0; c < Picture.Channels; c++)
                picture.Plane(c)[y * width + x] = (byte)Math.Floor(Middle + 0.5 + value);
        }
        return picture;
    }
}
