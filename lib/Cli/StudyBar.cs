using F2Net.Studies;

namespace F2Net.Cli;

/// <summary>Shows a study's progress over runs and steps, those of other processes at the same work included.</summary>
internal sealed class StudyBar(Progress progress, IReadOnlyList<StudyRun> runs)
{
    private readonly int steps = runs.Sum(r => r.Recipe.Iterations);

    internal void Report(StudyProgress at) =>
        progress.Report(
            steps - at.StepsLeft,
            $"{at.Run}: step {at.Step}/{at.Run.Recipe.Iterations} {at.Note}, {at.RunsLeft} of {runs.Count} runs left"
        );
}
