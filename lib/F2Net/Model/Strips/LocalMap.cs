using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.Strips;

/// <summary>Something that is made of an image strip by strip, from the top.</summary>
internal interface IStripReader
{
    /// <summary>Image rows to one row of what is made: strips begin at multiples of it.</summary>
    long Stride { get; }

    /// <summary>Image rows above and below a strip that it reads.</summary>
    long Halo { get; }

    void Add(Strip strip);

    /// <summary>What was made; after the last strip.</summary>
    Tensor Finish();
}

/// <summary>A map of which a row depends on few rows of the image.</summary>
/// <param name="source">Which of a strip's maps is read.</param>
/// <param name="make">From some rows of that map to the rows of this one that lie there: (B, ·, rows / stride, ·).</param>
/// <param name="stride">Image rows to one row, even where <paramref name="make"/> halves.</param>
/// <param name="halo">
/// Rows of this map's size above and below a strip after which <paramref name="make"/> gives a row as it would amid the whole image.
/// </param>
/// <param name="rows">Of the whole map.</param>
/// <param name="owner">Frees the map, unless somebody did so earlier.</param>
internal sealed class LocalMap(Func<Strip, Tensor> source, Func<Tensor, Tensor> make, long stride, long halo, long rows, DisposeScope owner)
    : IStripReader
{
    private Tensor? map;

    public long Stride => stride;

    public long Halo => halo * stride;

    public void Add(Strip strip)
    {
        var (top, bottom) = (strip.Rows.Top, strip.Rows.Top + strip.Rows.Rows);
        var first = top / stride;
        var count = (bottom == strip.Rows.Height ? rows : bottom / stride) - first;
        // The last rows of an image may be too few for one more.
        if (count <= 0)
            return;
        using var scope = NewDisposeScope();
        var made = make(strip.With(source(strip), Halo));
        var skipped = first - Math.Max(0, top - Halo) / stride;
        map ??= Empty(made).MoveToOtherDisposeScope(owner);
        map.narrow(2, first, count).copy_(made.narrow(2, skipped, count));
    }

    public Tensor Finish() => map!;

    // Channel-last where the rows are: the encoder reads it so.
    private Tensor Empty(Tensor made)
    {
        var (batch, channels, width) = (made.shape[0], made.shape[1], made.shape[3]);
        return made.is_contiguous()
            ? empty([batch, channels, rows, width], dtype: made.dtype, device: made.device)
            : empty([batch, rows, width, channels], dtype: made.dtype, device: made.device).permute(0, 3, 1, 2);
    }
}
