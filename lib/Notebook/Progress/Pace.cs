using System.Globalization;

namespace F2Net.Notebook.Progress;

/// <summary>How long a piece of work has gone on, how long it will still take, and when it is time to show so.</summary>
internal sealed class Pace(TimeProvider clock, int total)
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(0.5);

    private long started = clock.GetTimestamp();
    private long? shown;
    private TimeSpan? took;
    private int first;

    public bool IsDue(int done) => done >= total || shown is not { } last || clock.GetElapsedTime(last) >= ShowEvery;

    public void Shown() => shown = clock.GetTimestamp();

    /// <summary>Steps done before this piece of work began, as by a run that is resumed: they say nothing about its speed.</summary>
    public void StartAt(int done) => (first, started, took) = (done, clock.GetTimestamp(), null);

    /// <summary>"1:05 left", or nothing before the first step, or at the end, and whenever it is asked again, "took 2:10".</summary>
    public string Text(int done)
    {
        var elapsed = clock.GetElapsedTime(started);
        if (done >= total)
            return $"took {Clock(took ??= elapsed)}";
        return done > first ? $"{Clock(elapsed / (done - first) * (total - done))} left" : "";
    }

    private static string Clock(TimeSpan time)
    {
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }
}
