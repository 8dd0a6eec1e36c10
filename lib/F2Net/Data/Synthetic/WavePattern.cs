using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>A plane wave: cycles per pixel along x and y, and its phase at the origin in radians.</summary>
internal readonly record struct PlaneWave(double AlongX, double AlongY, double Phase)
{
    /// <param name="frequency">Cycles per pixel.</param>
    /// <param name="direction">In which the wave runs, radians.</param>
    public static PlaneWave Towards(double direction, double frequency, double phase) =>
        new(frequency * Math.Cos(direction), frequency * Math.Sin(direction), phase);
}

/// <summary>The sum of plane waves of one height.</summary>
internal sealed class WavePattern(IReadOnlyList<PlaneWave> waves) : IPattern
{
    private const double Turn = 2 * Math.PI;

    /// <summary>Waves in every direction, with frequencies of 0.85 to 1.15 times one: detail of one size without any arrangement.</summary>
    public static WavePattern Unarranged(double period, ref CropRandom random)
    {
        const int Waves = 24;
        var waves = new PlaneWave[Waves];
        for (var i = 0; i < Waves; i++)
            waves[i] = PlaneWave.Towards(
                Turn * (i + random.NextDouble()) / Waves,
                (0.85 + 0.3 * random.NextDouble()) / period,
                Turn * random.NextDouble()
            );
        return new WavePattern(waves);
    }

    public void Row(int y, int first, Span<float> values)
    {
        values.Clear();
        var height = Math.Sqrt(2.0 / waves.Count);
        foreach (var wave in waves)
        {
            var (sine, cosine) = Math.SinCos(Turn * (wave.AlongX * first + wave.AlongY * y) + wave.Phase);
            var (stepSine, stepCosine) = Math.SinCos(Turn * wave.AlongX);
            for (var x = 0; x < values.Length; x++)
            {
                values[x] += (float)(height * cosine);
                (cosine, sine) = (cosine * stepCosine - sine * stepSine, sine * stepCosine + cosine * stepSine);
            }
        }
    }
}
