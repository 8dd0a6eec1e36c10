using F2Net.Studies;

namespace F2Net.Cli;

/// <summary>Shows a study's progress over runs and steps; what other processes did is not its own.</summary>
internal sealed class StudyBar(Progress progress, IReadOnlyList<StudyRun> runs)
{
    private readonly HashSet<StudyRun> begun = new(ReferenceEqualityComparer.Instance);
    private StudyRun? current;
    private int before;

    internal void Report(StudyProgress at)
    {
        if (!ReferenceEquals(at.Run, current))
        {
            before += current?.Recipe.Iterations ?? 0;
            current = at.Run;
            begun.Add(at.Run);
        }
        progress.Report(before + at.Step, $"run {begun.Count}/{runs.Count} ({at.Run}): step {at.Step}/{at.Run.Recipe.Iterations} {at.Note}");
    }
}
