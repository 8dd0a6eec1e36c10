using static F2Net.Kernels.Cuda.CudaProgram;
using static F2Net.Kernels.TensorMemory;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>
/// Layer normalisation over a map's channels on a GPU. libtorch's own gives each pixel a block, which for so few channels is mostly idle, and wants
/// the channels side by side.
/// </summary>
internal static class CudaNorm
{
    private const long MostChannels = 1024,
        MostChannelsApart = 64;

    // Threads of a block of each kernel; a warp has 32.
    private const long Threads = 256,
        ThreadsApart = 128,
        Warp = 32;

    internal static bool Takes(Tensor x) =>
        CudaProgram.Takes(x) && x.shape[^1] % 4 == 0 && (x.is_contiguous() ? x.shape[^1] <= MostChannels : HasPixelsTogether(x));

    /// <param name="x">(…, C), or (B, H, W, C) seen in a map (B, C, H, W).</param>
    /// <returns>The shape of x, contiguous.</returns>
    internal static Tensor Run(Tensor x, Tensor scale, Tensor shift, double epsilon, CudaCompiler? compiler = null)
    {
        using var scope = NewDisposeScope();
        var channels = x.shape[^1];
        var kernels = (compiler ?? CudaProgram.Of)("norm.cu", x, ("CHANNELS", channels));
        var y = empty(x.shape, dtype: x.dtype, device: x.device);
        var (scales, shifts) = (Dense(scale), Dense(shift));
        var pixels = x.NumberOfElements / channels;
        var together = x.is_contiguous();
        var (batch, plane) = together ? (1, pixels) : (x.shape[0], pixels / x.shape[0]);
        var inBlock = together ? Threads / Warp : ThreadsApart;
        kernels.Launch(
            together ? "norm_channels_together" : "norm_pixels_together",
            ((plane + inBlock - 1) / inBlock, batch, 1),
            (together ? Threads : ThreadsApart, 1),
            Start(x),
            Start(scales),
            Start(shifts),
            Start(y),
            (nint)plane,
            BitConverter.SingleToInt32Bits((float)epsilon)
        );
        return y.MoveToOuterDisposeScope();
    }

    private static bool HasPixelsTogether(Tensor x)
    {
        if (x.Dimensions != 4 || x.shape[3] > MostChannelsApart)
            return false;
        using var map = x.permute(0, 3, 1, 2);
        return map.is_contiguous();
    }
}
