using F2Net.Data;
using F2Net.Model;
using F2Net.Model.LongRange;
using F2Net.Model.Strips;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Evaluation;

/// <summary>
/// Segments pictures in patches without overlap and stitches the classes, as whole-image networks argue against. A network with a token budget sees the
/// whole picture, reduced to its budget, beside each patch (GLNet's way, Chen et al. 2019); any other sees the patch alone.
/// </summary>
/// <param name="model">In evaluation mode; it stays the caller's.</param>
/// <param name="side">Pixels along a patch's side; see <see cref="PatchGrid"/>.</param>
/// <param name="logitOffsets">Added to each class's logit; null for none.</param>
/// <exception cref="ArgumentException">The side is below 32.</exception>
public sealed class PatchPredictor(F2NetModel model, int side, IReadOnlyList<double>? logitOffsets = null)
{
    private readonly int side =
        side >= F2NetModel.MinimumSize
            ? side
            : throw new ArgumentException($"side ({side}) must be at least {F2NetModel.MinimumSize} pixels.", nameof(side));

    /// <summary>The predictor of a training run: its last weights, its recipe's weight correction.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits.</exception>
    public static PatchPredictor Of(RunFolder run, int side, Device? device = null) =>
        new(run.LoadModel().to(device ?? CPU), side, run.Recipe.LogitOffsets(run.ClassCounts));

    /// <summary>The most probable class of each pixel.</summary>
    /// <exception cref="UserException">The picture is smaller than 32 x 32.</exception>
    public Mask Predict(Picture picture) => Predict(new PictureRows(picture));

    /// <summary>The same of a picture that is read row by row: twice by a network with a token budget, else once.</summary>
    /// <param name="progress">Told the share of the patches that are done, up to 1.</param>
    /// <param name="cancellation">Ends the work between two patches.</param>
    /// <exception cref="UserException">The picture is smaller than 32 x 32, or cannot be read.</exception>
    public Mask Predict(IImageRows picture, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        F2NetModel.CheckSize(picture.Height, picture.Width);
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var device = model.parameters().First().device;
        var choice = new ClassChoice(logitOffsets, device);
        var mask = new Mask((int)picture.Width, (int)picture.Height, new byte[picture.Height * picture.Width]);
        var reduced = model.LongRangeView is TokenBudget budget && model.Config.Has(Branch.Long) ? Reduced(picture, budget, device) : null;

        var patches = PatchGrid.Of(mask.Width, mask.Height, side).ToArray();
        var done = 0;
        foreach (var row in patches.GroupBy(patch => patch.Read.Y))
        {
            using var rowScope = NewDisposeScope();
            var rows = picture.Read(row.Key, row.First().Read.Height).to(device); // (1, 3, side, W)
            foreach (var patch in row)
            {
                cancellation.ThrowIfCancellationRequested();
                Segment(patch, rows, reduced, choice, mask);
                progress?.Invoke((double)++done / patches.Length);
            }
        }
        return mask;
    }

    private void Segment(Patch patch, Tensor rows, Tensor? reduced, ClassChoice choice, Mask into)
    {
        using var scope = NewDisposeScope();
        var (read, kept) = patch;
        var image = rows.narrow(3, read.X, read.Width).contiguous();
        var logits = reduced is null
            ? model.call(image)
            : model.Run(image, new(reduced, [read.Within(new(0, 0, into.Width, into.Height))])).Logits;
        var ids = choice.Of(logits.narrow(2, kept.Y - read.Y, kept.Height).narrow(3, kept.X - read.X, kept.Width)); // (1, rows, columns)
        for (var y = 0; y < kept.Height; y++)
            ids.bytes.Slice(y * kept.Width, kept.Width).CopyTo(into.Ids.AsSpan((kept.Y + y) * into.Width + kept.X));
    }

    // The whole picture as one context, of which only some rows at a time are in memory.
    private Tensor Reduced(IImageRows picture, TokenBudget budget, Device device)
    {
        using var scope = NewDisposeScope();
        var (height, width) = budget.ContextSize(picture.Height, picture.Width);
        var pool = new AreaPool(picture.Height, height, width, scope);
        for (var top = 0L; top < picture.Height; top += side)
        {
            using var strip = NewDisposeScope();
            pool.Add(top, picture.Read(top, Math.Min(side, picture.Height - top)).to(device));
        }
        return pool.Result.MoveToOuterDisposeScope(); // (1, 3, height, width)
    }
}
