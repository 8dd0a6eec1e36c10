using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>Jobs spread over as many threads as libtorch has; they may not touch each other's results.</summary>
/// <remarks>
/// A thread begins with its own, always the same, share of the jobs and then takes what others have left: libtorch's operators divide a tensor alike,
/// so that most of what a kernel reads lies in the cache of the core that wrote it. Cores that share no cache hand a line over at several times its cost.
/// </remarks>
internal static class Team
{
    internal static int Size => get_num_threads();

    /// <summary>Runs work(job) for all jobs.</summary>
    internal static void Run(long jobs, Action<long> work) => Run(jobs, (_, job) => work(job));

    /// <summary>Runs work(worker, job) for all jobs; a worker brings its own scratch memory, which no other may touch.</summary>
    internal static void Run(long jobs, Action<int, long> work)
    {
        var size = Size;
        var taken = new long[size];
        void Work(int worker)
        {
            for (var k = 0; k < size; k++)
            {
                var owner = (worker + k) % size;
                var (start, end) = (jobs * owner / size, jobs * (owner + 1) / size);
                for (var job = start + Take(ref taken[owner]); job < end; job = start + Take(ref taken[owner]))
                    work(worker, job);
            }
        }
        if (jobs <= 1 || size == 1)
            Work(0);
        else if (OpenMp.IsThere)
            OpenMp.Run(size, Work);
        else
            Parallel.For(0, size, new ParallelOptions { MaxDegreeOfParallelism = size }, Work);
    }

    private static long Take(ref long taken) => Interlocked.Increment(ref taken) - 1;
}
