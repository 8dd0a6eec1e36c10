using F2Net.Data.Pictures;
using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>
/// Short range: detail some ten pixels wide is arranged into stripes, checks or spots, of the same values and the same size, in any direction. Single pixels and
/// the finest detail are those of the background.
/// </summary>
internal sealed class TextureCue(SceneOptions options) : ICue
{
    private static readonly (ClassInfo Class, int Waves, double Sign)[] variants =
    [
        (new("stripes", Rgb.Parse("#EE7733")), 1, 1),
        (new("light spots", Rgb.Parse("#DDCC77")), 3, 1),
        (new("dark spots", Rgb.Parse("#882255")), 3, -1),
        (new("checks", Rgb.Parse("#CC6677")), 2, 1),
    ];

    public IReadOnlyList<ClassInfo> Classes { get; } = [.. variants.Take(options.Textures).Select(v => v.Class)];

    public DetailBand Band => DetailBand.Middle;

    public double Strength => options.TextureStrength;

    public double Ramp => options.TexturePeriod / 5;

    public (double Least, double Most) Radii => (44, 68);

    public bool IsBound => false;

    public int VariantOf(int number, Region region) => number % Classes.Count;

    public bool Allows(Outline place, Region region) => true;

    public IPattern Arrange(int variant, Outline place, ref CropRandom random)
    {
        var (_, count, sign) = variants[variant];
        var (direction, frequency) = (Math.PI * random.NextDouble(), (0.93 + 0.14 * random.NextDouble()) / options.TexturePeriod);
        // All waves have their crest (or their trough) in one point: three of them, 120 degrees apart, make spots around it.
        var (x, y) = (place.X + options.TexturePeriod * random.NextDouble(), place.Y + options.TexturePeriod * random.NextDouble());
        var waves = new PlaneWave[count];
        for (var i = 0; i < count; i++)
        {
            var wave = PlaneWave.Towards(direction + i * (count == 2 ? Math.PI / 2 : 2 * Math.PI / 3), frequency, 0);
            waves[i] = wave with { Phase = (sign < 0 ? Math.PI : 0) - 2 * Math.PI * (wave.AlongX * x + wave.AlongY * y) };
        }
        return new WavePattern(waves);
    }
}
