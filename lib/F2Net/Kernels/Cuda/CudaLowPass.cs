using F2Net.Kernels.LowPass;
using static F2Net.Kernels.Cuda.CudaProgram;
using static F2Net.Kernels.TensorMemory;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>AFD whole on a GPU, in one kernel. float32 inside, whatever comes in.</summary>
internal static class CudaLowPass
{
    private const long Taps = 9;

    // Pixels of a block, and rows of one thread: COLUMNS, ROWS and THREAD_ROWS in lowpass.cu.
    private const long Columns = 32,
        Rows = 16,
        ThreadRows = 4;

    // Channels of a group and of the image that the source's registers and shared memory hold.
    private const long MostChannels = 16;

    internal static bool Takes(Tensor image, Tensor weight, long groups) =>
        CudaProgram.Takes(image) && weight.shape[0] == groups * Taps && weight.shape[1] <= MostChannels && image.shape[1] <= MostChannels;

    /// <summary>The parameters and the results are <see cref="AdaptiveLowPass.Split"/>'s.</summary>
    internal static (Tensor Low, Tensor High) Split(
        Tensor image,
        Tensor projection,
        Tensor projectionBias,
        Tensor weight,
        Tensor bias,
        long groups,
        CudaCompiler? compiler = null
    )
    {
        using var scope = NewDisposeScope();
        var (batch, inputs, height, width) = (image.shape[0], image.shape[1], image.shape[2], image.shape[3]);
        var kernels = (compiler ?? CudaProgram.Of)("lowpass.cu", image, ("INPUTS", inputs), ("WIDTH", weight.shape[1]));
        var low = empty([batch, projection.shape[0], height, width], dtype: image.dtype, device: image.device);
        var high = empty_like(low);
        Tensor[] read = [image.contiguous(), Dense(projection), Dense(projectionBias), Dense(weight), Dense(bias)];
        kernels.Launch(
            "split",
            ((width + Columns - 1) / Columns, (height + Rows - 1) / Rows, batch * groups),
            (Columns, ThreadRows),
            [.. read.Select(Start), Start(low), Start(high), (nint)height, (nint)width, (nint)groups]
        );
        return scope.MoveToOuter(low, high);
    }
}
