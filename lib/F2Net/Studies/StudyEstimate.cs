namespace F2Net.Studies;

/// <summary>How much of a study is done, and how long the rest takes one process.</summary>
/// <param name="Runs">All that were asked for.</param>
/// <param name="Left">Time for the runs that are missing.</param>
/// <param name="Pace">Of a run whose row has none finished yet.</param>
public sealed record StudyEstimate(int Runs, int Done, TimeSpan Left, StudyPace Pace)
{
    /// <param name="probe">Asked for a pace where no run of the preset is finished on this data set.</param>
    public static StudyEstimate Of(IReadOnlyList<StudyRun> runs, StudyResults results, Func<StudyRun, StudyPace> probe)
    {
        var missing = results.Missing(runs);
        var usual = StudyPace.Of(results.All) ?? probe(runs[0]);
        var left = missing.Sum(run => (StudyPace.Of(results.AllSeeds(run)) ?? usual).For(run).TotalSeconds);
        return new(runs.Count, runs.Count - missing.Count, TimeSpan.FromSeconds(left), usual);
    }
}
