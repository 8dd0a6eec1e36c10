using System.Runtime.ExceptionServices;

namespace F2Net;

/// <summary>Independent pieces of work on all cores.</summary>
internal static class InParallel
{
    /// <summary>Does the work for every item; the first failure is thrown as it is, and no new item is begun after it or once cancelled.</summary>
    public static void ForEach<T>(IEnumerable<T> items, Action<T> work, CancellationToken cancellation = default)
    {
        try
        {
            Parallel.ForEach(
                items,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
                work
            );
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
