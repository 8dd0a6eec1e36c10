namespace F2Net.Data.Synthetic;

/// <summary>Rings about a point.</summary>
/// <param name="period">Pixels from ring to ring.</param>
/// <param name="phase">At the point, radians.</param>
internal sealed class RingPattern(double centreX, double centreY, double period, double phase) : IPattern
{
    public void Row(int y, int first, Span<float> values)
    {
        for (var x = 0; x < values.Length; x++)
        {
            var (dx, dy) = (first + x - centreX, y - centreY);
            values[x] = (float)(Math.Sqrt(2) * Math.Cos(2 * Math.PI * Math.Sqrt(dx * dx + dy * dy) / period + phase));
        }
    }
}
