using F2Net.Data;
using F2Net.Model;
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
    public Mask Predict(Picture picture)
    {
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        var device = model.parameters().First().device;
        var logits = model.call(ImageTensor.From(picture).to(device)); // (1, classes, H, W)
        if (logitOffsets is not null)
            logits.add_(tensor(logitOffsets.ToArray(), dtype: ScalarType.Float32, device: device).view(1, -1, 1, 1));
        var ids = logits.argmax(1).to(ScalarType.Byte).cpu().contiguous(); // (1, H, W)
        return new Mask(picture.Width, picture.Height, ids.bytes.ToArray());
    }
}
