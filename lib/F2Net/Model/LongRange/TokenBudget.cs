using F2Net.Kernels.Matrices;
using F2Net.Model.Decompositions;
using F2Net.Model.Strips;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>
/// A token budget for the long-range branch: it sees the low frequencies of a wide context resized by area, and the part of its
/// features where the image lies is cut out and resized. Attention then no longer grows with the image.
/// </summary>
/// <param name="decomposition">Splits the context as it splits the image.</param>
/// <param name="tokens">At most so many tokens along a side.</param>
/// <param name="patchSize">Pixels along a token's side, so a context has at most tokens · patchSize pixels along a side.</param>
/// <param name="span">
/// Pixels of the image that one context shows at most along a side, when the image is its own context: a larger image gets several,
/// side by side, each with the whole budget, so the cost grows with the image's area and no faster. Null for one context of it all.
/// </param>
public sealed class TokenBudget(IFrequencyDecomposition decomposition, long tokens, long patchSize, long? span = null) : ILongRangeView
{
    private readonly IFrequencyDecomposition decomposition = decomposition;

    /// <remarks>Without a context the image is its own: it, or each of its cells, is resized by area to the budget.</remarks>
    public Tensor Input(Tensor image, Tensor low, LongRangeContext? context)
    {
        using var scope = NewDisposeScope();
        return Low(context?.Image ?? Whole(image)).MoveToOuterDisposeScope(); // (B, C, h, w)
    }

    /// <summary>The low frequencies of a context, which is already reduced to the budget.</summary>
    internal Tensor Low(Tensor context)
    {
        using var scope = NewDisposeScope();
        return decomposition.call(context).Low.MoveToOuterDisposeScope();
    }

    IStripReader ILongRangeView.Patches(ILongRangeEncoder branch, long height, long width, DisposeScope owner) =>
        new ReducedImage(this, branch, height, width, owner);

    public Tensor Place(Tensor features, LongRangeContext? context, long height, long width, (long Height, long Width) image)
    {
        if (context is null)
            return PlaceCells(features, height, width, image);

        using var scope = NewDisposeScope();
        // How many tokens the context is high and wide; a fraction when its last pixels fill no patch.
        var (down, across) = (context.Image.shape[2] / (double)patchSize, context.Image.shape[3] / (double)patchSize);
        var rows = Resize.Matrix(context.Windows.Select(w => (w.Top * down, w.Height * down)), height, features, features.shape[2]);
        var columns = Resize.Matrix(context.Windows.Select(w => (w.Left * across, w.Width * across)), width, features, features.shape[3]);
        // Two matrix products, W_y F W_xᵀ, and not a grid sample, which has no second derivative.
        var wide = AlongRows(features, columns); // (B, C, h, width)
        return AlongRows(wide.transpose(2, 3), rows).transpose(2, 3).MoveToOuterDisposeScope(); // (B, C, height, width)
    }

    // Each image's rows by its matrix, all channels at once: (B, C, h, w) to (B, C, h, size).
    private static Tensor AlongRows(Tensor x, Tensor matrices)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var product = MatrixProduct.Apply(x.reshape(batch, channels * height, width), matrices.squeeze(1).transpose(1, 2));
        return product.view(batch, channels, height, -1).MoveToOuterDisposeScope();
    }

    // The image as its own context, cut into equal cells: (B·rows·columns, 3, h, w).
    private Tensor Whole(Tensor image)
    {
        var (height, width) = ReducedSize(image.shape[2], image.shape[3]);
        return CellByCell(nn.functional.adaptive_avg_pool2d(image, [height, width]), image.shape[2], image.shape[3]);
    }

    private (long Height, long Width) ReducedSize(long imageHeight, long imageWidth)
    {
        var (rows, columns, down, across) = Grid(imageHeight, imageWidth);
        return (rows * down, columns * across);
    }

    private Tensor CellByCell(Tensor reduced, long imageHeight, long imageWidth)
    {
        var (rows, columns, down, across) = Grid(imageHeight, imageWidth);
        var channels = reduced.shape[1];
        return reduced.view(-1, channels, rows, down, columns, across).permute(0, 2, 4, 1, 3, 5).reshape(-1, channels, down, across);
    }

    private sealed class ReducedImage(TokenBudget budget, ILongRangeEncoder branch, long height, long width, DisposeScope owner)
        : IStripReader
    {
        private readonly AreaPool pool = new(
            height,
            budget.ReducedSize(height, width).Height,
            budget.ReducedSize(height, width).Width,
            owner
        );

        public long Stride => 1;

        public long Halo => 0;

        public void Add(Strip strip) => pool.Add(strip.Rows.Top, strip.With(strip.Image, Halo));

        public Tensor Finish()
        {
            using var scope = NewDisposeScope();
            var context = budget.CellByCell(pool.Result, height, width);
            return branch.Embed(budget.Low(context)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>How an image that is its own context is cut into cells, and the height and width that each is resized to.</summary>
    internal (long Rows, long Columns, long Height, long Width) Grid(long imageHeight, long imageWidth)
    {
        var (rows, columns) = (Cells(imageHeight), Cells(imageWidth));
        var (height, width) = ContextSize(imageHeight / rows, imageWidth / columns); // of a cell, but for a remainder
        return (rows, columns, height, width);
    }

    /// <summary>The height and width to which one context of so many pixels is resized.</summary>
    internal (long Height, long Width) ContextSize(long height, long width)
    {
        var budget = tokens * patchSize;
        var longer = Math.Max(height, width);
        long Side(long side) => Math.Max(patchSize, (longer <= budget ? side : side * budget / longer) / patchSize * patchSize);
        return (Side(height), Side(width));
    }

    // The cells' features side by side again, resized to F_l's place.
    private Tensor PlaceCells(Tensor features, long height, long width, (long Height, long Width) image)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (Cells(image.Height), Cells(image.Width));
        var (channels, down, across) = (features.shape[1], features.shape[2], features.shape[3]);
        var joined = features
            .view(-1, rows, columns, channels, down, across)
            .permute(0, 3, 1, 4, 2, 5)
            .reshape(-1, channels, rows * down, columns * across);
        return Resize.To(joined, height, width).MoveToOuterDisposeScope();
    }

    private long Cells(long side) => span is { } s ? (side + s - 1) / s : 1;

    /// <exception cref="ArgumentException">The context is larger than the budget, or has not one picture and one window for each image.</exception>
    internal void Check(Tensor image, LongRangeContext context)
    {
        var budget = tokens * patchSize;
        var (height, width) = (context.Image.shape[2], context.Image.shape[3]);
        if (Math.Max(height, width) > budget || Math.Min(height, width) < patchSize)
            throw new ArgumentException(
                $"The context is {height} x {width} pixels; each side must have {patchSize} to {budget}.",
                nameof(context)
            );
        if (context.Windows.Count != image.shape[0] || context.Image.shape[0] != image.shape[0])
            throw new ArgumentException(
                $"The context has {context.Image.shape[0]} pictures and {context.Windows.Count} windows for {image.shape[0]} images.",
                nameof(context)
            );
    }
}
