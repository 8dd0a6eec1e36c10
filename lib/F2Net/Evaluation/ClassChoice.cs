using static TorchSharp.torch;

namespace F2Net.Evaluation;

/// <summary>From logits to the most probable class of each pixel, with a run's weight correction; it belongs to the dispose scope it is made in.</summary>
/// <param name="logitOffsets">Added to each class's logit; null for none.</param>
internal sealed class ClassChoice(IReadOnlyList<double>? logitOffsets, Device device)
{
    private readonly Tensor? offsets = logitOffsets is null
        ? null
        : tensor(logitOffsets.ToArray(), dtype: ScalarType.Float32, device: device).view(1, -1, 1, 1);

    /// <param name="logits">(1, classes, H, W), changed in place.</param>
    /// <returns>(1, H, W), bytes in the processor's memory, in one piece.</returns>
    internal Tensor Of(Tensor logits)
    {
        if (offsets is not null)
            logits.add_(offsets);
        return logits.argmax(1).to(ScalarType.Byte).cpu().contiguous();
    }
}
