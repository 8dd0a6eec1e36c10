using System.Globalization;
using F2Net.Notebook.Charts;
using F2Net.Training;

namespace F2Net.Notebook.Progress;

/// <summary>
/// A training run as it goes: losses, gradient norm of each branch, learning rate, and how long it will still take. Display it, add
/// every step's record, and update what was displayed whenever <see cref="IsDue"/>.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Plain])]
public sealed class TrainingCurves : IView
{
    private const int Smoothing = 15,
        MostPoints = 500;

    private readonly List<TrainingRecord> records = [];
    private readonly ProgressBar bar;
    private Figure? last;

    /// <param name="totalSteps">Optimiser steps of the whole run.</param>
    /// <param name="clock">The machine's unless said.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step.</exception>
    public TrainingCurves(int totalSteps, TimeProvider? clock = null) => bar = new("Training", totalSteps, clock);

    /// <summary>Whether half a second has gone by since it was last shown, or the run is done.</summary>
    public bool IsDue => bar.IsDue;

    public void Add(TrainingRecord record)
    {
        if (records.Count == 0)
            bar.StartAt(record.Step - 1);
        records.Add(record);
        bar.Done = record.Step;
        bar.Note = string.Create(
            CultureInfo.InvariantCulture,
            $"loss {record.Total:F3}, {record.ImagesPerSecond:F1} images/s, learning rate {record.LearningRate:0.##e0}"
        );
    }

    /// <summary>A run's curves: each point a mean over as many steps as keep the figure light, then smoothed.</summary>
    /// <exception cref="ArgumentException">There are no records.</exception>
    public static Figure Of(string title, IReadOnlyList<TrainingRecord> history)
    {
        if (history.Count == 0)
            throw new ArgumentException($"'{title}' has no training records to draw.", nameof(history));
        var each = (history.Count + MostPoints - 1) / MostPoints;
        var groups = history.Chunk(each).ToList();
        var steps = groups.Select(g => g.Average(r => r.Step)).ToArray();
        var window = Math.Min(Smoothing, groups.Count | 1);
        Series Exact(string name, Func<TrainingRecord, double> of) => new(name, steps, [.. groups.Select(g => g.Average(of))]);
        Series Line(string name, Func<TrainingRecord, double> of) => Exact(name, of).Smoothed(window);
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"{title} (mean over {Math.Min(window * each, history.Count)} steps)"),
            "optimiser step",
            [
                new(
                    "loss (nats)",
                    [
                        new Lines([
                            Line("total", r => r.Total),
                            Line("cross-entropy", r => r.Task),
                            Line("CFAL", r => r.Alignment),
                            Line("CFBL", r => r.Balance),
                        ]),
                    ]
                ),
                new(
                    "gradient norm (last blocks)",
                    [new Lines([.. history[0].GradientNorms.Keys.Select(b => Line($"{b} branch", r => r.GradientNorms[b]))])],
                    LogY: true
                ),
                new("learning rate", [new Lines([Exact("learning rate", r => r.LearningRate)])]),
            ]
        );
    }

    public override string ToString() => bar.ToString();

    /// <summary>
    /// While the run goes on the figure is its static picture, which is drawn anew without a flicker; the last one is plotly.js's.
    /// </summary>
    string? IView.As(string mimeType)
    {
        var progress = ((IView)bar).As(mimeType);
        if (mimeType != Mime.Html || records.Count == 0)
            return progress;
        return progress + (bar.Done < bar.Total ? PlotlyHtml.StaticPicture(Curves()) : PlotlyHtml.Of(last ??= Curves()));
    }

    private Figure Curves() => Of("Losses and gradient norms", records);
}
