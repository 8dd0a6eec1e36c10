namespace F2Net.Kernels.Convolutions;

/// <summary>One tap of a dilated filter: how far it looks, and for which positions of the map what it sees lies inside.</summary>
internal readonly struct Shift
{
    internal Shift(int tap, int taps, int height, int width, int dilation)
    {
        (Down, Across) = taps == 1 ? (0, 0) : ((tap / 3 - 1) * dilation, (tap % 3 - 1) * dilation);
        (Top, Bottom) = (Math.Max(0, -Down), Math.Min(height, height - Down));
        (Left, Right) = (Math.Max(0, -Across), Math.Min(width, width - Across));
    }

    internal int Down { get; }
    internal int Across { get; }
    internal int Top { get; }
    internal int Bottom { get; }
    internal int Left { get; }
    internal int Right { get; }

    /// <summary>Positions from which the tap sees something.</summary>
    internal long Positions => Math.Max(0, (long)Bottom - Top) * Math.Max(0, Right - Left);

    internal int Columns => Math.Max(0, Right - Left);
}
