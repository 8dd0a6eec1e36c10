using F2Net.Benchmarks;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies;

/// <summary>How a trained network is applied to pictures.</summary>
public interface IInference
{
    /// <summary>In a few words, as "whole image"; a result keeps it.</summary>
    string Name { get; }

    /// <summary>All forward passes that an image takes, with the operations counted from the network's weights: what a row's cost is measured of.</summary>
    /// <param name="model">In evaluation mode.</param>
    ImagePasses Passes(F2NetModel model);

    /// <summary>What segments a picture with a run's last weights.</summary>
    /// <exception cref="UserException">The run has no checkpoint that fits.</exception>
    Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device);
}

/// <summary>The paper's way: no patches.</summary>
public sealed class WholeImage : IInference
{
    public string Name => "whole image";

    public ImagePasses Passes(F2NetModel model) => ImagePasses.Whole(model);

    public Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device)
    {
        var predictor = Predictor.Of(run, device);
        return (picture, cancellation) => predictor.Predict(new PictureRows(picture), cancellation: cancellation);
    }
}
