using F2Net.Data;
using F2Net.Evaluation;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies;

/// <summary>How a trained network is applied to pictures.</summary>
public interface IInference
{
    /// <summary>In a few words, as "whole image"; a result keeps it.</summary>
    string Name { get; }

    /// <summary>What the network sees of an image, one view after the other.</summary>
    IEnumerable<PixelWindow> Views(int width, int height);

    /// <summary>What segments a picture with a run's last weights.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits.</exception>
    Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device);
}

/// <summary>The paper's way: no patches.</summary>
public sealed class WholeImage : IInference
{
    public string Name => "whole image";

    public IEnumerable<PixelWindow> Views(int width, int height) => [new(0, 0, width, height)];

    public Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device)
    {
        var predictor = Predictor.Of(run, device);
        return (picture, cancellation) => predictor.Predict(new PictureRows(picture), cancellation: cancellation);
    }
}
