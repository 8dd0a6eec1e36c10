namespace F2Net.Data.Synthetic;

/// <summary>Four regions, parted by two winding roads, each with a beacon at the scene's corner.</summary>
internal sealed class Regions
{
    private readonly int size;
    private readonly Road upright,
        level;
    private readonly int[] kinds;

    /// <param name="variants">Kinds of region, 2 to 4; there is one of each at least.</param>
    public Regions(int size, int variants, ref CropRandom random)
    {
        this.size = size;
        (upright, level) = (Road.Draw(size, ref random), Road.Draw(size, ref random));
        var first = random.Next(0, variants - 1);
        kinds = [.. Enumerable.Range(first, 4).Select(i => i % variants)];
        for (var i = kinds.Length - 1; i > 0; i--)
        {
            var j = random.Next(0, i);
            (kinds[i], kinds[j]) = (kinds[j], kinds[i]);
        }
        var (radius, near) = (size / 24.0, size / 16.0);
        Beacons = [.. kinds.Select((kind, i) => new Beacon(kind, i % 2 == 0 ? near : size - near, i < 2 ? near : size - near, radius))];
    }

    public IReadOnlyList<Beacon> Beacons { get; }

    public int KindAt(double x, double y) => kinds[(x < upright.At(y) ? 0 : 1) + (y < level.At(x) ? 0 : 2)];

    /// <summary>To the middle of the nearer road, pixels.</summary>
    public double RoadDistance(double x, double y) => Math.Min(Math.Abs(x - upright.At(y)), Math.Abs(y - level.At(x)));

    /// <summary>Whether a shape keeps clear of the scene's edge, the roads and the beacons.</summary>
    public bool Holds(Outline place)
    {
        const double Clearance = 10;
        var reach = place.Reach + Clearance;
        var isInside = place.X >= reach && place.Y >= reach && place.X <= size - reach && place.Y <= size - reach;
        return isInside
            // A road winds so gently that its distance along an axis is near its true one.
            && RoadDistance(place.X, place.Y) >= 1.1 * reach
            && Beacons.All(b => b.DistanceTo(place.X, place.Y) >= reach);
    }

    private sealed record Road(double Middle, double Swing, double Pace, double Phase)
    {
        public double At(double along) => Middle + Swing * Math.Sin(Pace * along + Phase);

        public static Road Draw(int size, ref CropRandom random) =>
            new(
                size * (0.46 + 0.08 * random.NextDouble()),
                size * 0.03 * random.NextDouble(),
                2 * Math.PI * (0.7 + 0.8 * random.NextDouble()) / size,
                2 * Math.PI * random.NextDouble()
            );
    }
}
