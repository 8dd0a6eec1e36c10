using F2Net.Data.Pictures;

namespace F2Net.Data;

/// <summary>Where a prepared data set lies: in its folder, or in one packed file.</summary>
internal interface ISampleStore
{
    DataSetInfo Info { get; }

    /// <summary>Names of the splits there are: train, val, test, then others.</summary>
    IReadOnlyList<string> Splits { get; }

    /// <summary>A split's samples by name.</summary>
    /// <exception cref="UserException">The split is empty, or an image and its mask do not pair.</exception>
    IReadOnlyList<Sample> Samples(string split);
}

/// <summary>Where one sample's pixels come from.</summary>
internal interface ISampleSource
{
    /// <summary>What a message calls the image; a file's path where it is a file.</summary>
    string ImagePath { get; }
    string MaskPath { get; }

    /// <summary>Of image and mask, known without decoding either.</summary>
    (int Width, int Height) Size { get; }
    IPixelPlanes Image { get; }
    IPixelPlanes Mask { get; }
}

/// <summary>The order in which splits are named.</summary>
internal static class SplitOrder
{
    private static readonly string[] known = ["train", "val", "test"];

    public static string[] Sort(IEnumerable<string> names) =>
        [.. names.OrderBy(n => Array.IndexOf(known, n) is >= 0 and var i ? i : known.Length).ThenBy(n => n, StringComparer.Ordinal)];
}
