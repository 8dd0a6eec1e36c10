using F2Net.Studies.Results;

namespace F2Net.Studies.Running;

/// <summary>How much of a study is done, and how long the rest takes one process.</summary>
/// <param name="Runs">All that were asked for.</param>
/// <param name="Left">Time for the runs that are missing.</param>
/// <param name="Pace">Of a run whose row has none finished yet.</param>
public sealed record StudyEstimate(int Runs, int Done, TimeSpan Left, StudyPace Pace)
{
    /// <param name="device">The name of the processor or GPU that the rest will run on: others have another pace, as have other numbers of threads.</param>
    /// <param name="threads">That it will run with.</param>
    /// <param name="probe">Asked for a pace where no run of the preset is finished there on this data set.</param>
    public static StudyEstimate Of(
        IReadOnlyList<StudyRun> runs,
        StudyResults results,
        string device,
        int threads,
        Func<StudyRun, StudyPace> probe
    )
    {
        var missing = results.Missing(runs);
        var usual = Pace(results.All) ?? probe(runs[0]);
        var left = missing
            .GroupBy(run => run.Training)
            .Sum(same => (Pace(results.AllSeeds(same.First())) ?? usual).For([.. same]).TotalSeconds);
        return new(runs.Count, runs.Count - missing.Count, TimeSpan.FromSeconds(left), usual);

        StudyPace? Pace(IEnumerable<StudyResult> finished) => StudyPace.Of(finished.Where(r => r.Device == device && r.Threads == threads));
    }
}
