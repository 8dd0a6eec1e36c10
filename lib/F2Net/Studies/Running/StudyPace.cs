using System.Diagnostics;
using F2Net.Data;
using F2Net.Studies.Results;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies.Running;

/// <summary>How long one run takes.</summary>
/// <param name="Step">Seconds of a training step.</param>
/// <param name="Evaluation">Seconds of val and test together.</param>
/// <param name="Probed">Whether that was tried out for a moment, and not taken from finished runs.</param>
public sealed record StudyPace(double Step, double Evaluation, bool Probed)
{
    private const int ProbeSteps = 6;

    /// <summary>The pace of finished runs of a preset on a data set, taken together; null where none is finished.</summary>
    public static StudyPace? Of(IEnumerable<StudyResult> results)
    {
        var finished = results.Where(r => r.Failure is null).ToList();
        return finished.Count == 0
            ? null
            : new(
                finished.Sum(r => r.TrainingSeconds) / finished.Sum(r => r.Recipe.Iterations),
                finished.Average(r => r.EvaluationSeconds),
                Probed: false
            );
    }

    /// <summary>Trains a run for a few steps in a place that is gone afterwards, and segments one picture.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StudyPace Probe(StudyRun run, PreparedDataSet data, Device? device = null, CancellationToken cancellation = default)
    {
        var place = Directory.CreateTempSubdirectory("f2net-study-").FullName;
        try
        {
            var training = RunFolder.Create(Path.Combine(place, "run"), run.Network, run.Recipe with { Iterations = ProbeSteps }, data);
            using (var trainer = new Trainer(training, data, device))
                foreach (var _ in trainer.Run(cancellation)) { }
            cancellation.ThrowIfCancellationRequested();
            var pictures = data.Split("val").Samples.Concat(data.Split("test").Samples).ToList();
            var predict = run.Row.Inference.Of(training, device ?? CPU);
            var clock = Stopwatch.StartNew();
            predict(pictures[0].Image, cancellation);
            // The first step pays for what the others find ready.
            return new(training.History().Skip(1).Average(r => r.Seconds), clock.Elapsed.TotalSeconds * pictures.Count, Probed: true);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>How long runs of one training take from its beginning to their results.</summary>
    public TimeSpan For(IReadOnlyList<StudyRun> same) =>
        TimeSpan.FromSeconds(
            StudyRun.Steps(same) * Step + same.SelectMany(run => run.Ways).DistinctBy(way => way.Name).Count() * Evaluation
        );
}
