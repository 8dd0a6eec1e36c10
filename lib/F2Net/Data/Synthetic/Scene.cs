using F2Net.Data.Pictures;
using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>A drawn scene: what it looks like, what it is, and where everything was put.</summary>
/// <param name="Beacons">One in each corner of the scene, all of its region's kind.</param>
public sealed record Scene(Picture Picture, Mask Mask, IReadOnlyList<SceneObject> Objects, IReadOnlyList<Beacon> Beacons);

/// <summary>An object of a class.</summary>
/// <param name="Class">Its id in the mask.</param>
/// <param name="Outline">The mask has the class at exactly the pixels whose middles lie inside.</param>
public sealed record SceneObject(int Class, Outline Outline);

/// <summary>A disc whose colour says of which kind the scene's region is. It is background itself.</summary>
/// <param name="Kind">Of the region, from 0.</param>
/// <param name="X">Of its middle, pixels from the scene's left edge; <paramref name="Y"/> from the top.</param>
public sealed record Beacon(int Kind, double X, double Y, double Radius)
{
    /// <summary>From its edge to a point, pixels; negative inside.</summary>
    public double DistanceTo(double x, double y) => Math.Sqrt((x - X) * (x - X) + (y - Y) * (y - Y)) - Radius;
}

/// <summary>A round shape with a wavy edge.</summary>
/// <param name="X">Of its middle, pixels from the scene's left edge; <paramref name="Y"/> from the top.</param>
/// <param name="Radius">Mean distance of the edge from the middle.</param>
/// <param name="Waves">The edge's waves: how many in a turn, how high as a share of the radius, and where they begin, in radians.</param>
public sealed record Outline(double X, double Y, double Radius, IReadOnlyList<(int Count, double Height, double Phase)> Waves)
{
    /// <summary>Nothing of the shape is further from its middle.</summary>
    public double Reach => Radius * (1 + Waves.Sum(w => w.Height));

    /// <summary>From the edge inwards along the ray from the middle, pixels; negative outside.</summary>
    public double DepthAt(double x, double y)
    {
        var (dx, dy) = (x - X, y - Y);
        var angle = Math.Atan2(dy, dx);
        var edge = 1.0;
        foreach (var (count, height, phase) in Waves)
            edge += height * Math.Cos(count * angle + phase);
        return Radius * edge - Math.Sqrt(dx * dx + dy * dy);
    }

    internal static Outline Draw(double x, double y, double radius, ref CropRandom random)
    {
        var waves = new List<(int, double, double)>();
        foreach (var count in (int[])[2, 3, 5])
            waves.Add((count, 0.14 * random.NextDouble() / Math.Sqrt(count - 1), 2 * Math.PI * random.NextDouble()));
        return new Outline(x, y, radius, waves);
    }
}
