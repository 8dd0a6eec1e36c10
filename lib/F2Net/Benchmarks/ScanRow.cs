namespace F2Net.Benchmarks;

/// <summary>What a scan costs in training, by its directions and its segments: a line of a benchmark's JSON.</summary>
public sealed record ScanRow
{
    /// <summary>The network, paper or nano, whose first stage scans like this.</summary>
    public required string Preset { get; init; }

    /// <summary>Of the image, in pixels; the scan has a token for 4 x 4 of them.</summary>
    public required long Height { get; init; }

    public required long Width { get; init; }

    public required long Tokens { get; init; }

    public required long Channels { get; init; }

    /// <summary>N.</summary>
    public required long StateSize { get; init; }

    public required int Directions { get; init; }

    /// <summary>Tokens whose states the way back holds at once; null for all.</summary>
    public required int? Segment { get; init; }

    public required Timing Forward { get; init; }

    /// <summary>Of the gradients of the map and of the parameters.</summary>
    public required Timing Backward { get; init; }

    /// <summary>
    /// Bytes at the most beyond the map and the gradient that comes back to it, the scan's results included; on a GPU, whose allocator gives nothing back, of a
    /// process' first size alone.
    /// </summary>
    public required long PeakMemory { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required int Seed { get; init; }

    public required string Commit { get; init; }
}
