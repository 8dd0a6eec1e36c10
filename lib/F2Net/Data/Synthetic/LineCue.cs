using F2Net.Data.Pictures;
using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>
/// High frequency: the finest detail is drawn out into lines of one or two pixels. A mean over a few pixels leaves nothing of them.
/// </summary>
/// <remarks>Turning a scene by a right angle or mirroring it, as training does, leaves every variant what it is.</remarks>
internal sealed class LineCue(SceneOptions options) : ICue
{
    private static readonly (ClassInfo Class, bool IsDiagonal, bool IsCrossed)[] variants =
    [
        (new("upright lines", Rgb.Parse("#0077BB")), false, false),
        (new("diagonal lines", Rgb.Parse("#88CCEE")), true, false),
        (new("crosshatch", Rgb.Parse("#332288")), false, true),
        (new("diagonal crosshatch", Rgb.Parse("#44AA99")), true, true),
    ];

    public IReadOnlyList<ClassInfo> Classes { get; } = [.. variants.Take(options.Lines).Select(v => v.Class)];

    public DetailBand Band => DetailBand.Fine;

    public double Strength => options.LineStrength;

    public double Ramp => 0;

    public (double Least, double Most) Radii => (44, 68);

    public bool IsBound => false;

    public int VariantOf(int number, Region region) => number % Classes.Count;

    public bool Allows(Outline place, Region region) => true;

    public IPattern Arrange(int variant, Outline place, ref CropRandom random)
    {
        const double LeastTilt = Math.PI / 36,
            Quarter = Math.PI / 2;
        // A slight tilt: at none a line would fall on the same phases of the pixel grid all along.
        var tilt = LeastTilt * (0.4 + 1.2 * random.NextDouble()) * (random.Next(0, 1) == 0 ? 1 : -1);
        var (_, isDiagonal, isCrossed) = variants[variant];
        var direction = Quarter * random.Next(0, 1) + (isDiagonal ? Quarter / 2 : 0) + tilt;
        var frequency = (0.93 + 0.14 * random.NextDouble()) / options.LinePeriod;
        var wave = PlaneWave.Towards(direction, frequency, 2 * Math.PI * random.NextDouble());
        return new WavePattern(
            isCrossed ? [wave, PlaneWave.Towards(direction + Quarter, frequency, 2 * Math.PI * random.NextDouble())] : [wave]
        );
    }
}
