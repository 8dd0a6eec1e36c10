using F2Net.Studies.Running;

namespace F2Net.Cli;

/// <summary>Shows a study's progress over runs and steps, those of other processes at the same work included.</summary>
internal sealed class StudyBar(Progress progress, IReadOnlyList<StudyRun> runs)
{
    private readonly int steps = StudyRun.Steps(runs);

    private bool hasBegun;

    internal void Report(StudyProgress at)
    {
        var done = steps - at.StepsLeft;
        if (!hasBegun)
            progress.StartAt(done);
        hasBegun = true;
        progress.Report(done, at.Words(runs.Count));
    }
}
