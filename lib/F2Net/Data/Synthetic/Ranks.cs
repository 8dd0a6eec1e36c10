namespace F2Net.Data.Synthetic;

/// <summary>Puts the same values everywhere, so that only their arrangement can tell two surfaces apart.</summary>
internal static class Ranks
{
    /// <summary>
    /// Replaces n values by those that a sine takes at n evenly spaced points of its rise from −1 to 1, in the same order. A plane wave stays a plane wave: it
    /// gets no harmonics, which would come back as coarse beats on the pixel grid.
    /// </summary>
    public static void Spread(Span<float> values)
    {
        var sorted = values.ToArray();
        var places = new int[sorted.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = i;
        Array.Sort(sorted, places);
        for (var rank = 0; rank < places.Length; rank++)
            values[places[rank]] = (float)Math.Sin(Math.PI / 2 * ((2.0 * rank + 1) / places.Length - 1));
    }
}
