using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Baselines;

/// <summary>
/// Calls a pixel what pixels of its colour mostly are: p(class | colour) from a histogram of 32 x 32 x 32 RGB bins over all training
/// pixels, times p(class)^power. It knows nothing but the pixel's own colour.
/// </summary>
public sealed class ColourHistogramClassifier : IBaseline
{
    private const int Shift = 3; // 256 values of a channel in 32 levels
    private const int Bins = 1 << (3 * (8 - Shift));
    private readonly byte[] classOf;

    /// <param name="priorPower">0: the most probable class; −0.5 gives rare classes a chance; −1: the class that the colour fits best.</param>
    public ColourHistogramClassifier(Split train, double priorPower = -0.5)
    {
        var classes = train.Info.Classes.Count;
        var counts = new long[Bins * classes];
        foreach (var sample in train.Samples)
            Count(sample, classes, counts);

        var weights = train.ClassCounts.Select(n => n == 0 ? 0 : Math.Pow(n, priorPower)).ToArray();
        var commonest = train.CommonestClass;
        classOf = new byte[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            var best = 0.0;
            classOf[bin] = commonest; // a colour never seen
            for (var id = 0; id < classes; id++)
                if (counts[bin * classes + id] * weights[id] is var score && score > best)
                    (best, classOf[bin]) = (score, (byte)id);
        }
    }

    public string Name => "Colour histogram";

    public Mask Predict(Picture picture)
    {
        var mask = new Mask(picture.Width, picture.Height, new byte[picture.Width * picture.Height]);
        ReadOnlySpan<byte> red = picture.Plane(0),
            green = picture.Plane(1),
            blue = picture.Plane(2);
        for (var i = 0; i < mask.Ids.Length; i++)
            mask.Ids[i] = classOf[Bin(red[i], green[i], blue[i])];
        return mask;
    }

    private static void Count(Sample sample, int classes, long[] counts)
    {
        var image = sample.Image;
        ReadOnlySpan<byte> red = image.Plane(0),
            green = image.Plane(1),
            blue = image.Plane(2);
        var ids = sample.Mask.Ids;
        for (var i = 0; i < ids.Length; i++)
            if (ids[i] < classes) // else the ignore index
                counts[Bin(red[i], green[i], blue[i]) * classes + ids[i]]++;
    }

    private static int Bin(byte red, byte green, byte blue) =>
        (((red >> Shift) << (8 - Shift)) | (green >> Shift)) << (8 - Shift) | (blue >> Shift);
}
