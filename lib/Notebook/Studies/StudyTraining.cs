using F2Net.Notebook.Progress;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using static TorchSharp.torch;

namespace F2Net.Notebook.Studies;

/// <summary>What a study lacks, how long that takes, and its progress over runs and steps while it is done.</summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Plain])]
public sealed class StudyTraining : IView
{
    private readonly StudyPage page;
    private readonly StudyStore store;
    private readonly IReadOnlyList<StudyRun> runs;
    private readonly bool isAsked;
    private string words;
    private ProgressBar? bar;

    internal StudyTraining(StudyPage page, IReadOnlyList<StudyRun> runs, bool isAsked)
    {
        (this.page, this.runs, this.isAsked) = (page, runs, isAsked);
        store = page.Store;
        var missing = store.Load().Missing(runs).Count;
        words =
            missing == 0 ? $"{page.Study.Name}, {page.Data.Info.Name}: all {runs.Count} runs have results."
            : isAsked ? $"{page.Study.Name}, {page.Data.Info.Name}: {missing} of {runs.Count} runs to do; trying out how long they take."
            : $"{page.Study.Name}, {page.Data.Info.Name}: {missing} of {runs.Count} runs have no result; Recompute = true trains them, Rows = [\"{runs[0].Row.Name}\"] one row.";
    }

    /// <summary>Trains and scores what was asked for and lacks a result, and writes the table's files. Cancelled it stops at once, and the same call goes on.</summary>
    /// <param name="update">Called when what is displayed has changed.</param>
    /// <exception cref="UserException">The data is faulty, or a folder cannot be written to.</exception>
    public void Run(Action update, CancellationToken cancellation = default)
    {
        var results = store.Load();
        var missing = results.Missing(runs);
        if (!isAsked || missing.Count == 0)
            return;
        try
        {
            var estimate = StudyEstimate.Of(
                runs,
                results,
                Machine.Processor,
                get_num_threads(),
                run => StudyPace.Probe(run, page.Data, cancellation: cancellation)
            );
            words = StudyWords.Of(page.Study, estimate);
            bar = new ProgressBar(page.Study.Title, StudyRun.Steps(missing));
            update();
            var busy = Runner.Run(missing, at => Report(at, missing.Count, update), cancellation);
            words = busy.Count == 0 ? $"{words} All done." : $"{words} Another process is busy with {string.Join("; ", busy)}.";
        }
        catch (OperationCanceledException)
        {
            words = "Stopped; the same cell goes on from here.";
        }
        StudyReport.Write(store.Folder, page.Shelf().Table(page.Study));
        update();
    }

    public override string ToString() => bar is null ? words : $"{words}\n{bar}";

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Html => $"<p>{Html.Escape(words)}</p>{(bar as IView)?.As(mimeType)}",
            Mime.Plain => ToString(),
            _ => null,
        };

    private StudyRunner Runner => new(store, page.Data, Machine.Commit(Path.GetFullPath(Path.Combine(page.Results, "../.."))));

    private void Report(StudyProgress at, int all, Action update)
    {
        var done = bar!.Total - at.StepsLeft;
        if (bar.Note.Length == 0)
            bar.StartAt(done);
        bar.Done = done;
        bar.Note = at.Words(all);
        if (bar.IsDue)
            update();
    }
}
