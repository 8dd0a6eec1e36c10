using F2Net.Studies.Reading;
using F2Net.Studies.Results;

namespace F2Net.Studies.Running;

/// <summary>Whether a run done once more comes to what was written down: its test mIoU against those of the row's seeds.</summary>
/// <param name="Seeds">Test mIoU over the row's seeds.</param>
/// <param name="Before">What was written down.</param>
/// <param name="Again">What it came to now; null when the run failed.</param>
public sealed record StudyCheck(Summary Seeds, double Before, double? Again)
{
    private const double Deviations = 2;

    /// <summary>Why the run failed now; null where it has not.</summary>
    public string? Failure { get; private init; }

    /// <summary>The lowest and highest mIoU within two standard deviations of the seeds' mean.</summary>
    public (double Low, double High) Range =>
        (Seeds.Mean - Deviations * Seeds.Deviation!.Value, Seeds.Mean + Deviations * Seeds.Deviation!.Value);

    public bool Holds => Again is { } again && again >= Range.Low && again <= Range.High;

    /// <summary>What decides, before the run is done.</summary>
    /// <param name="file">Where the result was read from, for the messages.</param>
    /// <exception cref="UserException">The result is of a run that failed, or its row has fewer than two seeds.</exception>
    public static StudyCheck Begin(StudyResult result, StudyResults all, string file)
    {
        if (result.Failure is { } failure)
            throw new UserException($"{file} is of a run that failed ({failure}); check a run that has scores.");
        var same = all.All.Where(r => r.Variant == result.Variant && r.Failure is null).DistinctBy(r => r.Seed).ToList();
        if (same.Count < 2)
            throw new UserException(
                $"{file}: its row has {(same.Count == 0 ? "no result among the project's" : "1 seed, which says nothing of spread")}; run a second seed first."
            );
        return new(Summary.Of([.. same.Select(r => r.TestMeanIoU)])!, result.TestMeanIoU, null);
    }

    /// <summary>The same with the run's new result.</summary>
    public StudyCheck With(StudyResult again) =>
        this with
        {
            Again = again.Failure is null ? again.TestMeanIoU : null,
            Failure = again.Failure,
        };
}
