using System.Globalization;
using F2Net.Studies.Running;

namespace F2Net.Studies.Reading;

/// <summary>What a study says before it begins.</summary>
public static class StudyWords
{
    /// <summary>How many runs are missing, and how long they take: one sentence.</summary>
    public static string Of(Study study, StudyEstimate estimate) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{study.Name}: {estimate.Runs} runs, {estimate.Done} done, {estimate.Runs - estimate.Done} to do: about {Span(estimate.Left)} for one process "
                + $"({estimate.Pace.Step:F2} s a step, {estimate.Pace.Evaluation:F0} s for val and test, {(estimate.Pace.Probed ? "tried out" : "as in finished runs")})."
        );

    private static string Span(TimeSpan span) =>
        span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:F1} days")
        : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:F1} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalMinutes)} minutes");
}
