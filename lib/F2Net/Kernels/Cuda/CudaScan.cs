using static F2Net.Kernels.Cuda.CudaProgram;
using static F2Net.Kernels.Cuda.TensorMemory;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>The selective scan on a GPU: all directions and their chunks of tokens side by side. float32 inside, whatever comes in.</summary>
internal static class CudaScan
{
    private const long HeadWidth = 16;

    // A block has as many threads as there are channels, and a thread a register for each of a channel's states.
    private const long MostChannels = 512,
        MostStates = 64;

    // Four threads share a channel's states, and each reads them in fours.
    private const long StateMultiple = 16;

    // A GPU's multiprocessors, of which there are some hundred, want several blocks each.
    private const long Chunks = 700,
        ChunkMultiple = 16,
        ShortestChunk = 64,
        LongestChunk = 256;

    // Values of the state that a thread carries from chunk to chunk, and threads of a block that does so.
    private const long Carried = 4,
        CarryThreads = 64;

    internal static bool Takes(Tensor x, Tensor weight, Tensor skips) =>
        CudaProgram.Takes(x)
        && x.shape[3] <= MostChannels
        && skips.shape[2] == HeadWidth
        && StateSize(weight, skips) is var states
        && states % StateMultiple == 0
        && states <= MostStates;

    /// <summary>The parameters and the result are <see cref="SelectiveScan.Apply"/>'s.</summary>
    internal static Tensor Run(Tensor x, Tensor weight, Tensor bias, Tensor aLogs, Tensor skips, CudaCompiler? compiler = null)
    {
        using var scope = NewDisposeScope();
        var (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (directions, heads, stateSize) = (skips.shape[0], skips.shape[1], StateSize(weight, skips));
        var kernels = (compiler ?? CudaProgram.Of)("scan.cu", x, ("DIRECTIONS", directions), ("HEADS", heads), ("STATE", stateSize));
        var chunk = Math.Clamp(height * width / Chunks / ChunkMultiple * ChunkMultiple, ShortestChunk, LongestChunk);
        var chunks = (height * width + chunk - 1) / chunk;

        var pixels = x.contiguous();
        var projected = nn.functional.linear(pixels, weight.flatten(0, 1)); // (B, H, W, K·(R + 2N))
        var states = empty([batch, directions, chunks, stateSize, channels], dtype: ScalarType.Float32, device: x.device);
        var decays = empty([batch, directions, chunks, heads], dtype: ScalarType.Float32, device: x.device);
        var y = empty([directions, .. x.shape], dtype: x.dtype, device: x.device);

        var (steps, rates, skip) = (Dense(bias), Dense(aLogs).exp().neg(), Dense(skips));
        nint[] inputs = [Start(pixels), Start(projected), Start(steps), Start(rates)];
        nint[] size = [(nint)height, (nint)width, (nint)chunk];
        var scans = batch * directions;
        kernels.Launch("add_states", (chunks, scans, 1), (channels, 1), [.. inputs, Start(states), Start(decays), .. size]);
        kernels.Launch(
            "carry_states",
            ((stateSize / Carried * channels + CarryThreads - 1) / CarryThreads, scans, 1),
            (CarryThreads, 1),
            Start(states),
            Start(decays),
            (nint)chunks
        );
        kernels.Launch("give_outputs", (chunks, scans, 1), (channels, 1), [.. inputs, Start(skip), Start(states), Start(y), .. size]);
        return y.sum(dim: 0).MoveToOuterDisposeScope();
    }

    private static long StateSize(Tensor weight, Tensor skips) => (weight.shape[1] - skips.shape[1]) / 2;
}
