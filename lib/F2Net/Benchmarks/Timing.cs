using System.Diagnostics;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>How long something takes, over several runs.</summary>
/// <param name="WarmUp">Runs before those that count.</param>
public sealed record Timing(int WarmUp, int Runs, double MedianSeconds, double MinimumSeconds, double MaximumSeconds)
{
    /// <param name="seconds">Of each run that counts.</param>
    public static Timing Of(int warmUp, IReadOnlyList<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        var (low, high) = (sorted[(sorted.Length - 1) / 2], sorted[sorted.Length / 2]);
        return new(warmUp, sorted.Length, (low + high) / 2, sorted[0], sorted[^1]);
    }
}

/// <summary>How often something is measured, so that no measurement takes forever.</summary>
/// <param name="Seconds">The runs that count together take about so long.</param>
/// <param name="Fewest">But they are at least so many (one where a run takes over a minute),</param>
/// <param name="Most">and at most so many.</param>
/// <param name="WarmUp">Runs before them, fewer where <paramref name="Seconds"/> would not hold them; one at least.</param>
public sealed record RunPlan(double Seconds, int Fewest, int Most, int WarmUp)
{
    private const double LongRun = 60;

    /// <summary>As many runs as fit five seconds, but three to fifty, after as long a warm-up of at most twenty: .NET compiles what runs often anew.</summary>
    public static RunPlan Usual { get; } = new(5, 3, 50, 20);

    /// <summary>The paper's on a GPU: 300 runs after 100.</summary>
    public static RunPlan Paper { get; } = new(3600, 300, 300, 100);

    /// <summary>The first run, or the second where that is quicker, decides how many there will be; both are warm-up.</summary>
    /// <param name="work">One run. Its result is gone when it returns.</param>
    /// <param name="told">Called after each run with the runs done and the runs planned, warm-up included.</param>
    public Timing Measure(Action work, Device device, Action<int, int>? told = null, CancellationToken cancellation = default)
    {
        var first = Once(work, device);
        // The first run compiles; where it says that there is time for more, the second knows better how many.
        var (done, typical) = first < Seconds && WarmUp > 1 ? (2, Math.Min(first, Once(work, device))) : (1, first);
        var warmUp = Math.Clamp((int)(Seconds / typical), done, Math.Max(done, WarmUp));
        var runs = Math.Clamp((int)(Seconds / typical), first > LongRun ? 1 : Fewest, Most);
        told?.Invoke(done, warmUp + runs);
        var seconds = new List<double>();
        for (; done < warmUp + runs; done++)
        {
            cancellation.ThrowIfCancellationRequested();
            var one = Once(work, device);
            if (done >= warmUp)
                seconds.Add(one);
            told?.Invoke(done + 1, warmUp + runs);
        }
        return Timing.Of(warmUp, seconds);
    }

    internal static double Once(Action work, Device device)
    {
        var clock = Stopwatch.StartNew();
        work();
        Machine.Finish(device);
        return clock.Elapsed.TotalSeconds;
    }
}
