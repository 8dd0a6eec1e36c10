using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>A contiguous (B, C, H, W) tensor's planes, or those of a slice of its channels.</summary>
internal readonly unsafe struct Maps(Tensor tensor, long firstChannel = 0)
{
    private readonly float* start = Simd.Start(tensor);
    private readonly long channels = tensor.shape[1],
        plane = tensor.shape[2] * tensor.shape[3];

    /// <summary>Values of a channel of an image, and from it to the next one.</summary>
    internal long Size => plane;

    internal float* Plane(long image, long channel) => start + (image * channels + firstChannel + channel) * plane;
}
