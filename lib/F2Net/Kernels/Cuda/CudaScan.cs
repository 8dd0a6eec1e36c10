using static F2Net.Kernels.Cuda.CudaProgram;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>The selective scan on a GPU: direction after direction, chunks of tokens side by side. float32 inside, whatever comes in.</summary>
internal static class CudaScan
{
    private const long HeadWidth = 16;

    // A block has a thread for each channel, and a thread a register for each of a channel's states.
    private const long MostChannels = 512,
        MostStates = 64;

    // A GPU's multiprocessors, of which there are some hundred, want several blocks each.
    private const long Blocks = 1024,
        ShortestChunk = 32,
        LongestChunk = 256;

    // Values of the state that a thread carries from chunk to chunk, and threads of a block that does so.
    private const long Carried = 4,
        CarryThreads = 256;

    internal static bool Takes(Tensor x, Tensor weight, Tensor skips) =>
        CudaProgram.Takes(x)
        && x.shape[3] <= MostChannels
        && skips.shape[2] == HeadWidth
        && StateSize(weight, skips) is var states
        && states % Carried == 0
        && states <= MostStates;

    /// <summary>The parameters and the result are <see cref="SelectiveScan.Apply"/>'s.</summary>
    internal static Tensor Run(Tensor x, Tensor weight, Tensor bias, Tensor aLogs, Tensor skips, CudaCompiler? compiler = null)
    {
        using var scope = NewDisposeScope();
        var (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (directions, heads, stateSize) = (skips.shape[0], skips.shape[1], StateSize(weight, skips));
        var kernels = (compiler ?? CudaProgram.Of)("scan.cu", x, ("HEADS", heads), ("STATE", stateSize));
        var chunk = Math.Clamp(height * width / Blocks, ShortestChunk, LongestChunk);
        var chunks = (height * width + chunk - 1) / chunk;

        var pixels = x.contiguous();
        var (read, steps, rates, skip) = (Dense(pixels), Dense(bias), Dense(aLogs).exp().neg(), Dense(skips));
        var states = empty([batch, chunks, stateSize, channels], dtype: ScalarType.Float32, device: x.device);
        var decays = empty([batch, chunks, heads], dtype: ScalarType.Float32, device: x.device);
        var y = empty_like(read);
        for (var direction = 0L; direction < directions; direction++)
        {
            using var projected = Projected(pixels, weight.select(0, direction)); // (B, H, W, R + 2N), in the pixels' order
            Tensor Own(Tensor all) => all.select(0, direction);
            nint[] inputs = [Start(read), Start(projected), Start(Own(steps)), Start(Own(rates))];
            nint[] place = [(nint)height, (nint)width, (nint)direction, (nint)chunk];
            kernels.Launch("add_states", (chunks, batch, 1), (channels, 1), [.. inputs, Start(states), Start(decays), .. place]);
            kernels.Launch(
                "carry_states",
                ((stateSize / Carried * channels + CarryThreads - 1) / CarryThreads, batch, 1),
                (CarryThreads, 1),
                Start(states),
                Start(decays),
                (nint)chunks
            );
            kernels.Launch(
                "give_outputs",
                (chunks, batch, 1),
                (channels, 1),
                [.. inputs, Start(Own(skip)), Start(states), Start(y), .. place, direction > 0 ? 1 : 0]
            );
        }
        return y.to_type(x.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Projected(Tensor x, Tensor weight)
    {
        using var projected = nn.functional.linear(x, weight);
        return Dense(projected);
    }

    private static long StateSize(Tensor weight, Tensor skips) => (weight.shape[1] - skips.shape[1]) / 2;
}
