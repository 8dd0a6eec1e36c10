using F2Net.Data.Pictures;
using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>
/// Long range: objects with rings look alike everywhere, and their class is the kind of the region that the scene shows. Only its beacons tell, hundreds of
/// pixels away.
/// </summary>
internal sealed class RegionCue(SceneOptions options) : ICue
{
    private static readonly (ClassInfo Class, Rgb Tint)[] variants =
    [
        (new("rings, blue region", Rgb.Parse("#117733")), Rgb.Parse("#0072B2")),
        (new("rings, orange region", Rgb.Parse("#AA4499")), Rgb.Parse("#E69F00")),
        (new("rings, green region", Rgb.Parse("#999933")), Rgb.Parse("#009E73")),
        (new("rings, purple region", Rgb.Parse("#000000")), Rgb.Parse("#CC79A7")),
    ];

    public IReadOnlyList<ClassInfo> Classes { get; } = [.. variants.Take(options.Regions).Select(v => v.Class)];

    public DetailBand Band => DetailBand.Middle;

    public double Strength => 1;

    public double Ramp => options.TexturePeriod / 5;

    public (double Least, double Most) Radii => (32, 44);

    public bool IsBound => true;

    public int VariantOf(int number, Region region) => region.Kind;

    public bool Allows(Outline place, Region region) => region.Distance(place) >= options.BeaconDistance;

    public IPattern Arrange(int variant, Outline place, ref CropRandom random) =>
        new RingPattern(place.X, place.Y, options.TexturePeriod / (0.93 + 0.14 * random.NextDouble()), 2 * Math.PI * random.NextDouble());

    /// <summary>The colour of a kind's beacons.</summary>
    public static Rgb TintOf(int kind) => variants[kind].Tint;
}
