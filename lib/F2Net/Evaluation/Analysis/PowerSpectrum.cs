using System.Numerics;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Analysis;

/// <summary>A band of a radial spectrum.</summary>
/// <param name="Frequency">Middle of the band, cycles per pixel, up to ½.</param>
/// <param name="Power">Mean squared amplitude of the band's Fourier coefficients.</param>
public sealed record SpectralBand(double Frequency, double Power);

/// <summary>How a map's energy spreads over spatial frequencies.</summary>
public static class PowerSpectrum
{
    /// <summary>
    /// The power spectrum averaged over directions and channels, of the largest central square whose side is a power of two, under a Hann
    /// window, which keeps the square's edges from looking like high frequencies.
    /// </summary>
    /// <param name="map">(C, H, W) or (H, W).</param>
    /// <returns>Bands of one cycle per side, from one cycle per side to half a cycle per pixel.</returns>
    public static IReadOnlyList<SpectralBand> Radial(Tensor map)
    {
        using var scope = NewDisposeScope();
        var channels = (map.shape.Length == 2 ? map.unsqueeze(0) : map).to(ScalarType.Float64).cpu();
        var side = (long)BitOperations.RoundUpToPowerOf2((uint)Math.Min(channels.shape[1], channels.shape[2]) + 1) / 2;
        var square = channels.narrow(1, (channels.shape[1] - side) / 2, side).narrow(2, (channels.shape[2] - side) / 2, side).contiguous();
        var (power, count) = (new double[side / 2 + 1], new long[side / 2 + 1]);
        for (var c = 0L; c < square.shape[0]; c++)
        {
            var values = square[c].data<double>().ToArray();
            Add(Transform(values, (int)side), (int)side, power, count);
        }
        return [.. Enumerable.Range(1, (int)side / 2).Select(k => new SpectralBand(k / (double)side, power[k] / count[k]))];
    }

    private static Complex[] Transform(double[] values, int side)
    {
        var mean = values.Average();
        var window = Enumerable.Range(0, side).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / side)).ToArray();
        var data = new Complex[side * side];
        for (var i = 0; i < data.Length; i++)
            data[i] = (values[i] - mean) * window[i / side] * window[i % side];
        var line = new Complex[side];
        for (var row = 0; row < side; row++)
            FastFourier(data.AsSpan(row * side, side));
        for (var column = 0; column < side; column++)
        {
            for (var row = 0; row < side; row++)
                line[row] = data[row * side + column];
            FastFourier(line);
            for (var row = 0; row < side; row++)
                data[row * side + column] = line[row];
        }
        return data;
    }

    private static void Add(Complex[] coefficients, int side, double[] power, long[] count)
    {
        for (var row = 0; row < side; row++)
        for (var column = 0; column < side; column++)
        {
            double down = Math.Min(row, side - row),
                across = Math.Min(column, side - column);
            var band = (int)Math.Round(Math.Sqrt(down * down + across * across));
            if (band == 0 || band >= power.Length)
                continue;
            var coefficient = coefficients[row * side + column];
            power[band] += (coefficient.Real * coefficient.Real + coefficient.Imaginary * coefficient.Imaginary) / side / side;
            count[band]++;
        }
    }

    /// <summary>The discrete Fourier transform in place (Cooley and Tukey 1965, radix 2); the length is a power of two.</summary>
    private static void FastFourier(Span<Complex> values)
    {
        for (int i = 1, j = 0; i < values.Length; i++)
        {
            var bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (values[i], values[j]) = (values[j], values[i]);
        }
        for (var length = 2; length <= values.Length; length <<= 1)
        {
            var turn = Complex.FromPolarCoordinates(1, -2 * Math.PI / length);
            for (var start = 0; start < values.Length; start += length)
            {
                var factor = Complex.One;
                for (var k = start; k < start + length / 2; k++)
                {
                    var odd = values[k + length / 2] * factor;
                    (values[k], values[k + length / 2]) = (values[k] + odd, values[k] - odd);
                    factor *= turn;
                }
            }
        }
    }
}
