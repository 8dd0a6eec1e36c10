using F2Net.Data.Pictures;
using F2Net.Model;
using F2Net.Model.Strips;
using F2Net.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Evaluation;

/// <summary>Segments pictures of any size whole, without patches.</summary>
/// <param name="model">In evaluation mode; it stays the caller's.</param>
/// <param name="logitOffsets">Added to each class's logit; null for none.</param>
public sealed class Predictor(F2NetModel model, IReadOnlyList<double>? logitOffsets = null)
{
    /// <summary>The predictor of a training run: its last weights, its recipe's weight correction.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits.</exception>
    public static Predictor Of(RunFolder run, Device? device = null) =>
        new(run.LoadModel().to(device ?? CPU), run.Recipe.LogitOffsets(run.ClassCounts));

    /// <summary>The most probable class of each pixel.</summary>
    /// <exception cref="UserException">The picture is smaller than 32 x 32.</exception>
    public Mask Predict(Picture picture) => Predict(new PictureRows(picture));

    /// <summary>The same of a picture that is read row by row, so that neither its pixels nor their logits are ever in memory together.</summary>
    /// <param name="progress">Told the share of the work that is done, up to 1.</param>
    /// <param name="cancellation">Ends the work between two strips or blocks.</param>
    /// <exception cref="UserException">The picture is smaller than 32 x 32, or cannot be read.</exception>
    public Mask Predict(IImageRows picture, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var choice = new ClassChoice(logitOffsets, model.parameters().First().device);
        var ids = new byte[picture.Height * picture.Width];
        model.RunByRows(
            picture,
            (top, logits) => choice.Of(logits).bytes.CopyTo(ids.AsSpan((int)(top * picture.Width))),
            progress,
            cancellation
        );
        return new Mask((int)picture.Width, (int)picture.Height, ids);
    }
}
