namespace F2Net.Tests.Notebook.Progress;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private TimeSpan now;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;
}
