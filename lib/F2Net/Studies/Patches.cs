using F2Net.Benchmarks;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Model.Strips;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies;

/// <summary>What the paper argues against: patches without overlap, stitched. See <see cref="PatchPredictor"/>.</summary>
/// <param name="side">Pixels along a patch's side.</param>
/// <param name="alone">Whether a patch is all that a network with a token budget sees, and not the whole image reduced beside it.</param>
public sealed class Patches(int side, bool alone = false) : IInference
{
    public string Name => alone ? $"patches of {side}, each alone" : $"patches of {side}";

    public ImagePasses Passes(F2NetModel model)
    {
        var predictor = new PatchPredictor(model, side, alone: alone);
        return new(image => predictor.Run(new TensorRows(image), (_, _) => { }), predictor.Operations);
    }

    public Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device)
    {
        var predictor = PatchPredictor.Of(run, side, device, alone);
        return (picture, cancellation) => predictor.Predict(new PictureRows(picture), cancellation: cancellation);
    }
}
