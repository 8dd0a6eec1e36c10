using System.Diagnostics;
using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;

namespace F2Net.Kernel.Notebooks;

/// <summary>How notebooks are run.</summary>
/// <param name="Kernel">Starts a kernel.</param>
/// <param name="Values">Values for parameters, by name.</param>
/// <param name="CellTimeout">How long one cell may take.</param>
/// <param name="Out">A folder for the run notebooks, or null to write each in its place.</param>
public sealed record RunOptions(KernelProgram Kernel, IReadOnlyDictionary<string, string> Values, TimeSpan CellTimeout, string? Out);

/// <summary>Runs notebooks without a front-end, each in a fresh kernel, and writes their outputs into them.</summary>
public sealed class NotebookRunner(RunOptions options, TextWriter progress)
{
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(3);

    /// <summary>Runs the notebooks in order and returns how many failed. A cancelled notebook stays as it was.</summary>
    /// <exception cref="KernelException">
    /// A file is no notebook, a value's parameter is in none of them, or what was run cannot be written, or to one file only.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public int Run(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var notebooks = paths.Select(NotebookFile.Read).ToList();
        CheckParameters(notebooks);
        CheckTargets(notebooks);
        return notebooks.Count(n => !Run(n, cancellation));
    }

    private void CheckParameters(List<NotebookFile> notebooks)
    {
        var known = notebooks
            .SelectMany(n => NotebookParameters.Of(n).Keys)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (options.Values.Keys.FirstOrDefault(v => !known.Contains(v)) is not { } unknown)
            return;
        var has =
            known.Count == 0 ? "there is no cell tagged 'parameters' that declares one" : $"the parameters are {string.Join(", ", known)}";
        throw new KernelException($"--set {unknown}: no notebook has that parameter; {has}.");
    }

    private void CheckTargets(List<NotebookFile> notebooks)
    {
        foreach (var same in notebooks.DistinctBy(n => n.Path).GroupBy(Target).Where(g => g.Count() > 1))
            throw new KernelException(
                $"{string.Join(" and ", same.Select(n => n.Path))} would all be written to {same.Key}; run them one by one, each to a folder of its own."
            );
        notebooks.ForEach(n => Disk.Check(Target(n)));
    }

    private bool Run(NotebookFile notebook, CancellationToken cancellation)
    {
        NotebookParameters.Inject(notebook, options.Values);
        var clock = Stopwatch.StartNew();
        var failure = RunCells(notebook, cancellation);
        notebook.Write(Target(notebook));
        progress.WriteLine(failure is null ? $"{notebook.Name}: done in {clock.Elapsed.TotalSeconds:F1} s" : $"{notebook.Name}: {failure}");
        return failure is null;
    }

    /// <summary>Null when every cell succeeded, else what went wrong where.</summary>
    private string? RunCells(NotebookFile notebook, CancellationToken cancellation)
    {
        using var process = new KernelProcess(options.Kernel, notebook.Folder);
        using var client = new KernelClient(process);
        client.WaitUntilReady(cancellation);
        foreach (var cell in notebook.Cells.Where(c => NotebookFile.IsCode(c!)))
            (cell!["outputs"], cell["execution_count"]) = (new JsonArray(), null);

        var failure = RunCells(client, notebook, cancellation);
        client.Shutdown();
        process.WaitOrKill(ShutdownPatience);
        return failure;
    }

    private string? RunCells(KernelClient client, NotebookFile notebook, CancellationToken cancellation)
    {
        var outputs = new CellOutputs();
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            var cell = notebook.Cells[i]!;
            if (!NotebookFile.IsCode(cell) || string.IsNullOrWhiteSpace(NotebookFile.Source(cell)))
                continue;
            if (RunCell(client, cell, outputs, $"{notebook.Name}  cell {i + 1}/{notebook.Cells.Count}", cancellation) is { } failure)
                return $"cell {i + 1} failed: {failure}";
        }

        return null;
    }

    private string? RunCell(KernelClient client, JsonNode cell, CellOutputs outputs, string title, CancellationToken cancellation)
    {
        string? error = null;
        void Take(Message published)
        {
            if (published.Type == "execute_input")
                cell["execution_count"] = published.Content["execution_count"]!.DeepClone();
            if (published.Type == "error")
                error = string.Join('\n', published.Content["traceback"]!.AsArray().Select(l => (string?)l));
            outputs.Take(published);
        }

        outputs.Begin(cell);
        var clock = Stopwatch.StartNew();
        try
        {
            var succeeded = client.Execute(NotebookFile.Source(cell), options.CellTimeout, Take, cancellation);
            progress.WriteLine($"{title}  {clock.Elapsed.TotalSeconds, 6:F1} s  {FirstLine(cell)}");
            return succeeded ? null : error ?? "it gave no reason";
        }
        catch (TimeoutException)
        {
            return $"it took longer than {options.CellTimeout.TotalSeconds:F0} s (--timeout)";
        }
        catch (KernelException e)
        {
            return e.Message;
        }
    }

    private static string FirstLine(JsonNode cell) =>
        NotebookFile.Source(cell).Split('\n').First(l => !string.IsNullOrWhiteSpace(l)).Trim();

    private string Target(NotebookFile notebook) =>
        options.Out is null ? notebook.Path : Path.GetFullPath(Path.Combine(options.Out, notebook.Name));
}
