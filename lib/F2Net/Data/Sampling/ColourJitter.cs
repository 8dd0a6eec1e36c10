namespace F2Net.Data.Sampling;

/// <summary>
/// Factors near 1 that change a picture's colours in a fixed way: the same colour becomes the same colour wherever it occurs, so a crop
/// and its context change alike. On values in [0, 255]: saturation about the pixel's grey, contrast about 128, then brightness.
/// </summary>
public readonly record struct ColourJitter(float Brightness, float Contrast, float Saturation)
{
    public static ColourJitter None => new(1, 1, 1);

    /// <summary>One pixel, before clamping to [0, 255].</summary>
    public (float R, float G, float B) Apply(float r, float g, float b)
    {
        var grey = 0.299f * r + 0.587f * g + 0.114f * b; // ITU-R BT.601 luma
        var gain = Brightness * Contrast * Saturation;
        var offset = Brightness * (Contrast * (1 - Saturation) * grey + (1 - Contrast) * 128);
        return (gain * r + offset, gain * g + offset, gain * b + offset);
    }
}
