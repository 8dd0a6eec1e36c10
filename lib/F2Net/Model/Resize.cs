using F2Net.Kernels.Resizing;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Bilinear resizing with half-pixel centres and without antialiasing, as every part of F2Net does it.</summary>
/// <remarks>The result is always a new tensor to dispose of, even where nothing had to be resized.</remarks>
internal static class Resize
{
    /// <param name="x">(B, C, h, w).</param>
    public static Tensor To(Tensor x, long height, long width) =>
        x.shape[2] == height && x.shape[3] == width ? x.alias()
        : x.shape[2] <= height && x.shape[3] <= width ? BilinearEnlargement.Apply(x, height, width)
        : Halving.Takes(x, height, width) ? Halving.Apply(x)
        : nn.functional.interpolate(x, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <param name="x">(B, C, h, w).</param>
    /// <param name="scale">At most 1; the result has floor(h · scale) rows and floor(w · scale) columns.</param>
    public static Tensor By(Tensor x, double scale) =>
        scale == 1 ? x.alias()
        : scale == 0.5 && Halving.Takes(x, x.shape[2] / 2, x.shape[3] / 2) ? Halving.Apply(x)
        : nn.functional.interpolate(x, scale_factor: [scale, scale], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <summary>Some rows of what <see cref="To"/> returns: (B, C, rows, width).</summary>
    /// <param name="x">(B, C, h, w).</param>
    /// <param name="range">Which rows, and of what height and width.</param>
    public static Tensor RowsTo(Tensor x, RowRange range)
    {
        var (top, rows, height, width) = range;
        if (rows == height)
            return To(x, height, width);
        using var scope = NewDisposeScope();
        var scale = x.shape[2] / (double)height;
        // The rows that are read, and no others: the matrix has a column for each.
        var first = Math.Clamp((long)(top * scale) - 1, 0, x.shape[2] - 1);
        var read = x.narrow(2, first, Math.Min(x.shape[2], (long)((top + rows) * scale) + 2) - first);
        var matrix = Matrix([(top * scale - first, rows * scale)], rows, x, read.shape[2]);
        return To(matrix.matmul(read), rows, width).MoveToOuterDisposeScope();
    }

    /// <summary>Bilinear interpolation along one axis as a matrix for each window: (windows, 1, size, positions), rows summing to one.</summary>
    /// <param name="windows">Start and length of each, in positions.</param>
    /// <param name="like">Gives dtype and device.</param>
    public static Tensor Matrix(IEnumerable<(double Start, double Length)> windows, long size, Tensor like, long positions)
    {
        var all = windows.ToArray();
        var weights = new float[all.Length * size * positions];
        for (var window = 0; window < all.Length; window++)
        for (var i = 0L; i < size; i++)
        {
            var at = Math.Clamp(all[window].Start + (i + 0.5) / size * all[window].Length - 0.5, 0, positions - 1);
            var before = Math.Min((long)at, Math.Max(0, positions - 2));
            var row = (window * size + i) * positions;
            weights[row + before] += (float)(1 - (at - before));
            if (positions > 1)
                weights[row + before + 1] += (float)(at - before);
        }
        return tensor(weights, [all.Length, 1, size, positions], dtype: like.dtype, device: like.device);
    }
}
