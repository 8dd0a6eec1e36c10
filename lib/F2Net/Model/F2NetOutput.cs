using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Everything a forward pass computes, under the paper's symbols; what a variant does not have is null.</summary>
/// <param name="Low">X_low, (B, C, H, W).</param>
/// <param name="High">X_high, (B, C, H, W).</param>
/// <param name="Mid">The band between, (B, C, H, W), where the image is split in three.</param>
/// <param name="ShortRange">F_s, at 1/16 of the image.</param>
/// <param name="LongRange">F_l, at 1/16 of the image.</param>
/// <param name="LowFrequency">F_sl, both low-frequency branches fused.</param>
/// <param name="HighFrequency">F_m, at 1/32 of the image.</param>
/// <param name="Fused">F, which the head reads.</param>
/// <param name="Logits">(B, classes, H, W).</param>
public sealed record F2NetOutput(
    Tensor Low,
    Tensor High,
    Tensor? Mid,
    Tensor? ShortRange,
    Tensor? LongRange,
    Tensor? LowFrequency,
    Tensor? HighFrequency,
    Tensor Fused,
    Tensor Logits
);
