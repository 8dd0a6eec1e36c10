using System.Globalization;
using Spectre.Console;

namespace F2Net.Cli;

/// <summary>A bar with time left on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly ProgressTask? bar;
    private readonly string title;
    private readonly int total;
    private DateTime started = DateTime.UtcNow;
    private int first;
    private DateTime told = DateTime.MinValue;

    private Progress(ProgressTask? bar, string title, int total, int first) =>
        (this.bar, this.title, this.total, this.first) = (bar, title, total, first);

    /// <summary>Runs a piece of work of <paramref name="total"/> steps, the first ones of which may be done already.</summary>
    internal static T Show<T>(string title, int total, Func<Progress, T> work, int done = 0)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return work(new Progress(null, title, total, done));
        return AnsiConsole
            .Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: total);
                task.Value = done;
                return work(new Progress(task, title, total, done));
            });
    }

    /// <summary>Takes the steps done so far as done before this work began, so that they do not count into its speed.</summary>
    internal void StartAt(int done)
    {
        (first, started) = (done, DateTime.UtcNow);
        if (bar is not null)
            bar.Value = done;
    }

    /// <summary>Says that <paramref name="done"/> steps are through and what they show.</summary>
    internal void Report(int done, string detail = "")
    {
        if (bar is not null)
        {
            bar.Value = done;
            bar.Description = Markup.Escape($"{title} {detail}");
            return;
        }

        var now = DateTime.UtcNow;
        if (now - told < LineEvery && done < total)
            return;
        told = now;
        var left = done > first ? $"  {Clock((now - started) / (done - first) * (total - done))} left" : "";
        Console.WriteLine($"{title} {done}/{total} {detail}{left}");
    }

    private static string Clock(TimeSpan left) =>
        left.TotalHours < 1
            ? left.ToString("m\\:ss", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalHours)}:{left:mm\\:ss}");
}
