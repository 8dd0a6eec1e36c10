namespace F2Net.Model.StateSpace;

/// <summary>How the state-space encoder scans a map.</summary>
public sealed record ScanOptions
{
    /// <summary>N, the size of a channel's state.</summary>
    public long StateSize { get; init; } = 64;

    /// <summary>The first 1, 2 or 4 of <see cref="CrossScan"/>'s directions, each with parameters of its own.</summary>
    public int Directions { get; init; } = CrossScan.Directions;

    /// <summary>
    /// Tokens of a direction whose states the way back holds at once, at least: it finds them anew, segment by segment, and keeps but the
    /// state before each. Null for all of them. The gradients are the same.
    /// </summary>
    public int? Segment { get; init; }

    /// <exception cref="ArgumentException">One sentence that names the value.</exception>
    internal static void RequireDirections(int directions, string name)
    {
        if (directions is not (1 or 2 or CrossScan.Directions))
            throw new ArgumentException($"{name} ({directions}) must be 1, 2 or {CrossScan.Directions}.");
    }
}
