using F2Net.Model.Decompositions;
using static TorchSharp.torch;

namespace F2Net.Model.Strips;

/// <summary>Some rows of the images with their frequencies, and as many more above and below as a local map of them reads.</summary>
/// <param name="Rows">The rows themselves.</param>
/// <param name="First">The image row that the tensors begin with, at or above <paramref name="Rows"/>.</param>
/// <param name="Image">(B, 3, ·, W).</param>
/// <param name="Frequencies">Of these rows, (B, C, ·, W).</param>
internal sealed record Strip(RowRange Rows, long First, Tensor Image, Frequencies Frequencies)
{
    /// <summary>Rows of one of the tensors: the strip's own and up to so many more on both sides, where the images have them.</summary>
    public Tensor With(Tensor map, long halo)
    {
        var top = Math.Max(0, Rows.Top - halo);
        return map.narrow(2, top - First, Math.Min(Rows.Height, Rows.Top + Rows.Rows + halo) - top);
    }

    /// <summary>Reads and splits a strip.</summary>
    /// <param name="halo">How many rows beyond its own the strip shall have on both sides, even.</param>
    /// <param name="reach">How many rows beyond these the decomposition reads, even.</param>
    public static Strip Read(IImageRows images, IFrequencyDecomposition decomposition, Device device, RowRange rows, long halo, long reach)
    {
        using var scope = NewDisposeScope();
        var top = Math.Max(0, rows.Top - halo - reach);
        var bottom = Math.Min(rows.Height, rows.Top + rows.Rows + halo + reach);
        var image = images.Read(top, bottom - top).to(device);
        var frequencies = decomposition.call(image);
        var first = Math.Max(0, rows.Top - halo);
        var count = Math.Min(rows.Height, rows.Top + rows.Rows + halo) - first;
        Tensor Cut(Tensor map) => map.narrow(2, first - top, count).MoveToOuterDisposeScope();
        return new(rows, first, Cut(image), frequencies.Select(Cut));
    }
}
