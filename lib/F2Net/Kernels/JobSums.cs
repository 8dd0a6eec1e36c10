using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>The sum of what jobs wrote side by side, in the order of the jobs: the threads that did them change nothing.</summary>
internal static unsafe class JobSums
{
    // Values that a thread adds up at a time: they stay in the first-level cache while the jobs' parts go by.
    private const long Stretch = 4096;

    /// <param name="parts">(jobs, …), float32 on the CPU, contiguous.</param>
    /// <returns>(…).</returns>
    internal static Tensor Of(Tensor parts)
    {
        var sum = empty(parts.shape[1..]);
        var (jobs, count) = (parts.shape[0], sum.NumberOfElements);
        float* from = Start(parts),
            to = Start(sum);
        Team.Run(
            (count + Stretch - 1) / Stretch,
            part =>
            {
                var (first, length) = (part * Stretch, Math.Min(Stretch, count - part * Stretch));
                Copy(from + first, to + first, length);
                for (var job = 1L; job < jobs; job++)
                    Add(from + job * count + first, to + first, length);
            }
        );
        return sum;
    }
}
