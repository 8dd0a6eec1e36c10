using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>Jobs taken one after the other by as many workers as libtorch has threads; a worker brings its own scratch memory.</summary>
internal static class Team
{
    internal static int Size => get_num_threads();

    /// <summary>Runs work(worker, job) for all jobs; they may not touch each other's results, nor two workers each other's memory.</summary>
    internal static void Run(long jobs, Action<int, long> work)
    {
        var workers = (int)Math.Min(Size, jobs);
        var next = -1L;
        void Work(int worker)
        {
            for (var job = Interlocked.Increment(ref next); job < jobs; job = Interlocked.Increment(ref next))
                work(worker, job);
        }
        if (workers <= 1)
            Work(0);
        else
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, Work);
    }
}
