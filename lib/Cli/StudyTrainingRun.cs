using F2Net.Data;
using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using static TorchSharp.torch;

namespace F2Net.Cli;

/// <summary>study: what runs of a study lack, trained and scored.</summary>
internal sealed class StudyTrainingRun(Study study, IReadOnlyList<StudyRun> runs, StudyStore store, PreparedDataSet set, Device device)
{
    /// <summary>Says how long it will take.</summary>
    /// <returns>The number of runs to do.</returns>
    internal int Estimate(CancellationToken cancellation)
    {
        var results = store.Load();
        results.CheckPictures(set);
        if (results.Missing(runs).Count == 0)
        {
            Console.WriteLine($"{study.Name}: {runs.Count} runs, all done.");
            return 0;
        }
        var left = StudyEstimate.Of(
            runs,
            results,
            Machine.NameOf(device),
            get_num_threads(),
            run => StudyPace.Probe(run, set, device, cancellation)
        );
        Console.WriteLine(StudyWords.Of(study, left));
        return left.Runs - left.Done;
    }

    /// <summary>Trains, with a bar over all runs.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint is kept.</exception>
    internal void Train(CancellationToken cancellation)
    {
        var runner = new StudyRunner(store, set, Machine.Commit(Project.Root), device);
        var missing = store.Load().Missing(runs);
        try
        {
            var busy = Progress.Show(
                study.Name,
                StudyRun.Steps(missing),
                progress => runner.Run(missing, new StudyBar(progress, missing).Report, cancellation)
            );
            if (busy.Count > 0)
                Console.WriteLine($"Another process is busy with {string.Join("; ", busy)}.");
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Stopped; the same command goes on from here.");
            throw;
        }
    }

    /// <summary>Writes the table of what is there.</summary>
    internal void Write()
    {
        var filled = StudyTable.Of(study, store.Preset, store.DataSet.Classes.Count, store.DataSet.Name, store.Load());
        StudyReport.Write(store.Folder, filled);
        Console.WriteLine();
        Console.WriteLine(StudyTableView.Of(filled).ToMarkdown());
        Console.WriteLine($"Table: {Path.Combine(store.Folder, study.Name)}.md, .csv, .svg");
    }
}
