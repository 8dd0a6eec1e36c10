using F2Net.Kernels.Scans;
using static F2Net.Kernels.Cuda.CudaProgram;
using static F2Net.Kernels.TensorMemory;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>The selective scan on a GPU: directions and their chunks of tokens side by side. float32 inside, whatever comes in.</summary>
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

    // Directions together keep more of a GPU busy, but a map of so many pixels does so alone, and its projections take gigabytes.
    private const long LongMap = 1 << 20;

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
    /// <param name="longMap">Maps of more pixels than this are scanned direction by direction.</param>
    internal static Tensor Run(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor aLogs,
        Tensor skips,
        CudaCompiler? compiler = null,
        long longMap = LongMap
    )
    {
        using var scope = NewDisposeScope();
        var pixels = x.contiguous();
        Tensor Scanned(long first, long count)
        {
            Tensor Own(Tensor parameter) => parameter.narrow(0, first, count);
            return Together(pixels, Own(weight), Own(bias), Own(aLogs), Own(skips), first, compiler ?? CudaProgram.Of);
        }

        var directions = skips.shape[0];
        if (x.shape[0] * x.shape[1] * x.shape[2] <= longMap)
            return Scanned(0, directions).MoveToOuterDisposeScope();
        var sum = Scanned(0, 1);
        for (var direction = 1L; direction < directions; direction++)
        {
            using var other = Scanned(direction, 1);
            sum.add_(other);
        }
        return sum.MoveToOuterDisposeScope();
    }

    private static Tensor Together(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor aLogs,
        Tensor skips,
        long firstDirection,
        CudaCompiler compiler
    )
    {
        using var scope = NewDisposeScope();
        var (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (directions, heads, stateSize) = (skips.shape[0], skips.shape[1], StateSize(weight, skips));
        var kernels = compiler("scan.cu", x, ("DIRECTIONS", directions), ("HEADS", heads), ("STATE", stateSize));
        var chunk = Math.Clamp(height * width / Chunks / ChunkMultiple * ChunkMultiple, ShortestChunk, LongestChunk);
        var chunks = (height * width + chunk - 1) / chunk;

        var projected = nn.functional.linear(x, weight.flatten(0, 1)); // (B, H, W, K·(R + 2N))
        var states = empty([batch, directions, chunks, stateSize, channels], dtype: ScalarType.Float32, device: x.device);
        var decays = empty([batch, directions, chunks, heads], dtype: ScalarType.Float32, device: x.device);
        var y = empty([directions, .. x.shape], dtype: x.dtype, device: x.device);

        var (steps, rates, skip) = (Dense(bias), Dense(aLogs).exp().neg(), Dense(skips));
        nint[] inputs = [Start(x), Start(projected), Start(steps), Start(rates)];
        nint[] shape = [(nint)height, (nint)width, (nint)chunk, (nint)firstDirection];
        var scans = batch * directions;
        kernels.Launch("add_states", (chunks, scans, 1), (channels, 1), [.. inputs, Start(states), Start(decays), .. shape]);
        kernels.Launch(
            "carry_states",
            ((stateSize / Carried * channels + CarryThreads - 1) / CarryThreads, scans, 1),
            (CarryThreads, 1),
            Start(states),
            Start(decays),
            (nint)chunks
        );
        kernels.Launch("give_outputs", (chunks, scans, 1), (channels, 1), [.. inputs, Start(skip), Start(states), Start(y), .. shape]);
        return (directions == 1 ? y.squeeze(0) : y.sum(dim: 0)).MoveToOuterDisposeScope();
    }

    private static long StateSize(Tensor weight, Tensor skips) => (weight.shape[1] - skips.shape[1]) / 2;
}
