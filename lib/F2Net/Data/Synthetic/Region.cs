namespace F2Net.Data.Synthetic;

/// <summary>The region that a scene shows: its kind, told by the beacons in the scene's corners alone.</summary>
internal sealed class Region
{
    private readonly int size;

    /// <param name="kind">From 0.</param>
    public Region(int size, int kind)
    {
        (this.size, Kind) = (size, kind);
        var (radius, near) = (size / 16.0, size / 14.0);
        double[] sides = [near, size - near];
        Beacons = [.. from y in sides from x in sides select new Beacon(kind, x, y, radius)];
    }

    public int Kind { get; }

    public IReadOnlyList<Beacon> Beacons { get; }

    /// <summary>Whether a shape keeps clear of the scene's edge and the beacons.</summary>
    public bool Holds(Outline place)
    {
        const double Clearance = 10;
        var reach = place.Reach + Clearance;
        var isInside = place.X >= reach && place.Y >= reach && place.X <= size - reach && place.Y <= size - reach;
        return isInside && Distance(place) >= Clearance;
    }

    /// <summary>Pixels between a shape and the nearest beacon.</summary>
    public double Distance(Outline place) => Beacons.Min(b => b.DistanceTo(place.X, place.Y)) - place.Reach;
}
