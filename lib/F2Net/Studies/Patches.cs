using F2Net.Data;
using F2Net.Evaluation;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies;

/// <summary>What the paper argues against: patches without overlap, stitched. See <see cref="PatchPredictor"/>.</summary>
/// <param name="side">Pixels along a patch's side.</param>
public sealed class Patches(int side) : IInference
{
    public string Name => $"patches of {side}";

    public IEnumerable<PixelWindow> Views(int width, int height) => PatchGrid.Of(width, height, side).Select(p => p.Read);

    public Func<Picture, CancellationToken, Mask> Of(RunFolder run, Device device)
    {
        var predictor = PatchPredictor.Of(run, side, device);
        return (picture, cancellation) => predictor.Predict(new PictureRows(picture), cancellation: cancellation);
    }
}
