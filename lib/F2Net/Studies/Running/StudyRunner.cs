using System.Diagnostics;
using System.Globalization;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Studies.Results;
using F2Net.Training;
using static TorchSharp.torch;

namespace F2Net.Studies.Running;

/// <summary>
/// Trains and scores what a study lacks, one training after the other, each for all the runs that apply its weights. Several processes may work on one
/// study: each training is taken by one.
/// </summary>
/// <param name="commit">Of the source, for the results.</param>
/// <param name="device">Where to compute; the CPU by default.</param>
public sealed class StudyRunner(StudyStore store, PreparedDataSet data, string commit, Device? device = null)
{
    private readonly Device device = device ?? CPU;

    /// <summary>
    /// Does all runs that have no result yet and that no other process has. Cancelled, it keeps a checkpoint, and the same call goes on.
    /// </summary>
    /// <param name="told">Where the work is; called at every step and picture.</param>
    /// <returns>The runs that another process is still busy with.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="UserException">The data is faulty, or a folder cannot be written to. A loss that is lost is a result and no error.</exception>
    public IReadOnlyList<StudyRun> Run(
        IReadOnlyList<StudyRun> runs,
        Action<StudyProgress>? told = null,
        CancellationToken cancellation = default
    )
    {
        store.Load().CheckPictures(data);
        while (true)
        {
            var missing = store.Load().Missing(runs);
            var tell = Among(missing);
            if (!missing.GroupBy(run => run.Training).Any(same => TryRun([.. same], tell, cancellation)))
                return store.Load().Missing(runs);
        }

        // Told at every step, so what it takes from all that is missing is counted once.
        Action<StudyProgress>? Among(IReadOnlyList<StudyRun> missing)
        {
            var steps = StudyRun.Steps(missing);
            return told is null
                ? null
                : at => told(at with { StepsLeft = steps - (at.Run.Recipe.Iterations - at.StepsLeft), RunsLeft = missing.Count });
        }
    }

    // False where another process has the training, or has just finished all its runs.
    private bool TryRun(IReadOnlyList<StudyRun> same, Action<StudyProgress>? told, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var taken = store.Take(same[0]);
        if (taken is null || store.Load().Missing(same) is not { Count: > 0 } runs)
            return false;
        var folder = store.TrainingFolder(runs[0]);
        foreach (var (run, result) in runs.Zip(Do(runs, folder, keepsMasks: true, told, cancellation)))
            JsonFile.Write(store.FileOf(run), result);
        Directory.Delete(folder, recursive: true);
        Machine.ReleaseFreedMemory();
        return true;
    }

    /// <summary>Trains and scores a run, whether or not it has a result.</summary>
    /// <param name="folder">Where it is trained; a run that was stopped there goes on.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public StudyResult Do(StudyRun run, string folder, Action<StudyProgress>? told = null, CancellationToken cancellation = default) =>
        Do([run], folder, keepsMasks: false, told, cancellation)[0];

    // Runs of one training, a result each.
    private IReadOnlyList<StudyResult> Do(
        IReadOnlyList<StudyRun> same,
        string folder,
        bool keepsMasks,
        Action<StudyProgress>? told,
        CancellationToken cancellation
    )
    {
        var training = RunFolder.Continue(folder, same[0].Network, same[0].Recipe, data);
        var hands = Hands(folder);
        var failure = Train(same[0], training, told, cancellation);
        var scores = same.SelectMany(run => run.Ways).DistinctBy(way => way.Name).ToDictionary(way => way.Name, Applied);
        var history = training.History();
        return [.. same.Select(Result)];

        AppliedScores Applied(IInference way)
        {
            if (failure is not null)
                return new(way.Name, 0, null, null);
            var kept = same.Where(run => keepsMasks && StudyMasks.Keeps(run, store.Preset, data.Info)).ToList();
            var clock = Stopwatch.StartNew();
            var val = Scores(same[0], way, training, "val", (_, _) => { }, told, cancellation);
            var test = Scores(same[0], way, training, "test", Keep, told, cancellation);
            return new(way.Name, Math.Round(clock.Elapsed.TotalSeconds, 1), val, test);

            void Keep(Sample sample, Mask mask)
            {
                foreach (var run in kept)
                    StudyMasks.Write(store, run, way, sample, mask);
            }
        }

        StudyResult Result(StudyRun run)
        {
            var own = scores[run.Row.Inference.Name];
            return new(
                run.Study,
                run.Row.Name,
                run.Seed,
                store.Preset.Name,
                data.Info.Name,
                run.Network,
                run.Recipe,
                own.Inference,
                string.Join(", ", hands.Select(h => h.Commit).Distinct()),
                string.Join(", ", hands.Select(h => h.Device).Distinct()),
                get_num_threads(),
                Precision.Float32.Name,
                Math.Round(history.Sum(r => r.Seconds), 1),
                own.Seconds,
                failure,
                own.Val,
                own.Test,
                ThinnedCurve.Of(history)
            )
            {
                ComparedWith = run.Row.ComparedWith is { } other ? scores[other.Name] : null,
                TrainPixels = training.ClassCounts,
            };
        }
    }

    // What has had a hand in a training: written down before it begins or goes on.
    private List<Hand> Hands(string folder)
    {
        var file = Path.Combine(folder, "hands.json");
        List<Hand> hands = [.. File.Exists(file) ? JsonFile.Read<List<Hand>>(file) : [], new(commit, Machine.NameOf(device))];
        JsonFile.Write(file, hands);
        return hands;
    }

    private sealed record Hand(string Commit, string Device);

    // Why the training failed, or null.
    private string? Train(StudyRun run, RunFolder training, Action<StudyProgress>? told, CancellationToken cancellation)
    {
        using var trainer = new Trainer(training, data, device);
        told?.Invoke(At(run, trainer.Iteration, "begins"));
        try
        {
            foreach (var record in trainer.Run(cancellation))
                told?.Invoke(At(run, record.Step, string.Create(CultureInfo.InvariantCulture, $"loss {record.Total:F3}")));
        }
        catch (DivergenceException e)
        {
            return e.Reason;
        }
        if (trainer.Iteration < run.Recipe.Iterations)
            throw new OperationCanceledException(cancellation);
        return null;
    }

    private static StudyProgress At(StudyRun run, int step, string note) => new(run, step, note, run.Recipe.Iterations - step, RunsLeft: 1);

    private SplitScores Scores(
        StudyRun run,
        IInference way,
        RunFolder training,
        string split,
        Action<Sample, Mask> keep,
        Action<StudyProgress>? told,
        CancellationToken cancellation
    )
    {
        var predict = way.Of(training, device);
        var samples = data.Split(split);
        var done = 0;
        return SplitScores.Of(
            SplitEvaluation.Confusion(
                samples,
                picture => predict(picture, cancellation),
                (sample, mask) =>
                {
                    keep(sample, mask);
                    told?.Invoke(At(run, run.Recipe.Iterations, $"{way.Name}, {split} {++done}/{samples.Samples.Count}"));
                },
                cancellation
            )
        );
    }
}

/// <summary>Where a study's runner is.</summary>
/// <param name="Step">Steps of this run that are done.</param>
/// <param name="Note">What the last step or picture showed, in a few words.</param>
/// <param name="StepsLeft">Of all runs that have no result, this one included.</param>
/// <param name="RunsLeft">Runs that have no result, this one included.</param>
public sealed record StudyProgress(StudyRun Run, int Step, string Note, int StepsLeft, int RunsLeft)
{
    /// <summary>As a progress bar says it.</summary>
    /// <param name="runs">That there were to do.</param>
    public string Words(int runs) => $"{Run}: step {Step}/{Run.Recipe.Iterations}, {Note}; {RunsLeft} of {runs} runs left";
}
