using F2Net.Benchmarks;
using F2Net.Data.Pictures;
using F2Net.Model;
using F2Net.Model.LongRange;
using F2Net.Model.Strips;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Evaluation;

/// <summary>
/// Segments pictures in patches without overlap and stitches the classes, as whole-image networks argue against. A network with a token budget sees the
/// whole picture, reduced to its budget, beside each patch (GLNet's way, Chen et al. 2019) and reads it once for all; any other sees the patch alone.
/// </summary>
/// <param name="model">In evaluation mode; it stays the caller's.</param>
/// <param name="side">Pixels along a patch's side; see <see cref="PatchGrid"/>.</param>
/// <param name="logitOffsets">Added to each class's logit; null for none.</param>
/// <param name="alone">Whether a network with a token budget too sees each patch alone.</param>
/// <exception cref="ArgumentException">The side is below 32.</exception>
public sealed class PatchPredictor(F2NetModel model, int side, IReadOnlyList<double>? logitOffsets = null, bool alone = false)
{
    private readonly int side =
        side >= F2NetModel.MinimumSize
            ? side
            : throw new ArgumentException($"side ({side}) must be at least {F2NetModel.MinimumSize} pixels.", nameof(side));

    /// <summary>The predictor of a training run: its last weights, its recipe's weight correction.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits.</exception>
    public static PatchPredictor Of(RunFolder run, int side, Device? device = null, bool alone = false) =>
        new(run.LoadModel().to(device ?? CPU), side, run.Recipe.LogitOffsets(run.ClassCounts), alone);

    /// <summary>The most probable class of each pixel.</summary>
    /// <exception cref="UserException">The picture is smaller than 32 x 32.</exception>
    public Mask Predict(Picture picture) => Predict(new PictureRows(picture));

    /// <summary>The same of a picture that is read row by row: twice where patches see the whole picture reduced, else once.</summary>
    /// <param name="progress">Told the share of the patches that are done, up to 1.</param>
    /// <param name="cancellation">Ends the work between two patches.</param>
    /// <exception cref="UserException">The picture is smaller than 32 x 32, or cannot be read.</exception>
    public Mask Predict(IImageRows picture, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var choice = new ClassChoice(logitOffsets, Device);
        var mask = new Mask((int)picture.Width, (int)picture.Height, new byte[picture.Height * picture.Width]);
        Run(picture, (patch, logits) => Choose(patch, logits, choice, mask), progress, cancellation);
        return mask;
    }

    /// <summary>The network's passes alone, in <see cref="PatchGrid"/>'s order.</summary>
    /// <param name="take">Gets each patch's logits, (1, classes, height, width) of what it read; they are freed when it returns.</param>
    internal void Run(
        IImageRows picture,
        Action<Patch, Tensor> take,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        F2NetModel.CheckSize(picture.Height, picture.Width);
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var whole = new PixelWindow(0, 0, (int)picture.Width, (int)picture.Height);
        var context = Budget is { } budget ? Seen(picture, budget) : null;

        var patches = PatchGrid.Of(whole.Width, whole.Height, side).ToArray();
        var done = 0;
        foreach (var row in patches.GroupBy(patch => patch.Read.Y))
        {
            using var rowScope = NewDisposeScope();
            var rows = picture.Read(row.Key, row.First().Read.Height).to(Device); // (1, 3, side, W)
            foreach (var patch in row)
            {
                cancellation.ThrowIfCancellationRequested();
                using var patchScope = NewDisposeScope();
                var image = rows.narrow(3, patch.Read.X, patch.Read.Width).contiguous();
                take(
                    patch,
                    context is null ? model.call(image) : model.Run(image, context with { Windows = [patch.Read.Within(whole)] }).Logits
                );
                progress?.Invoke((double)++done / patches.Length);
            }
        }
    }

    /// <summary>Operations of all passes over a picture, counted from the weights.</summary>
    internal Operations Operations(int height, int width)
    {
        // The long-range branch reads a context once, whatever the patches.
        bool IsContext(PartOperations part) => Budget is not null && part.Part == NetworkPart.Long;
        var patches = PatchGrid.Of(width, height, side).SelectMany(p => OperationCounter.Of(model, p.Read.Height, p.Read.Width));
        var context = OperationCounter.Of(model, height, width).Where(IsContext);
        return patches.Where(p => !IsContext(p)).Concat(context).Aggregate(Benchmarks.Operations.None, (sum, p) => sum + p.Operations);
    }

    private Device Device => model.parameters().First().device;

    // Null where patches see no context.
    private TokenBudget? Budget => !alone && model.Config.Has(Branch.Long) ? model.LongRangeView as TokenBudget : null;

    private static void Choose(Patch patch, Tensor logits, ClassChoice choice, Mask into)
    {
        var (read, kept) = patch;
        var ids = choice.Of(logits.narrow(2, kept.Y - read.Y, kept.Height).narrow(3, kept.X - read.X, kept.Width)); // (1, rows, columns)
        for (var y = 0; y < kept.Height; y++)
            ids.bytes.Slice(y * kept.Width, kept.Width).CopyTo(into.Ids.AsSpan((kept.Y + y) * into.Width + kept.X));
    }

    // The whole picture as one context, of which only some rows at a time are in memory.
    private LongRangeContext Seen(IImageRows picture, TokenBudget budget)
    {
        using var scope = NewDisposeScope();
        var (height, width) = budget.ContextSize(picture.Height, picture.Width);
        var pool = new AreaPool(picture.Height, height, width, scope);
        for (var top = 0L; top < picture.Height; top += side)
        {
            using var strip = NewDisposeScope();
            pool.Add(top, picture.Read(top, Math.Min(side, picture.Height - top)).to(Device));
        }
        var features = model.LongRangeFeatures(pool.Result).MoveToOuterDisposeScope();
        return new(pool.Result.MoveToOuterDisposeScope(), []) { Features = features };
    }
}
