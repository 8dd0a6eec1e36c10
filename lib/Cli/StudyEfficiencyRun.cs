using F2Net.Model;
using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Costs;
using Spectre.Console;
using static TorchSharp.torch;

namespace F2Net.Cli;

/// <summary>study --efficiency: what the networks of rows cost in both presets; sizes that are measured already on this device, with as many threads, stay.</summary>
internal static class StudyEfficiencyRun
{
    internal static int Do(IReadOnlyList<StudyRow> rows, string results, int[] sizes, Device device, CancellationToken cancellation)
    {
        if (sizes.Where(s => s < F2NetModel.MinimumSize).Cast<int?>().FirstOrDefault() is { } small)
            throw new UserException($"--size {small}: F2Net needs at least {F2NetModel.MinimumSize} x {F2NetModel.MinimumSize} pixels.");
        // Each row is written when it is measured, and a pass over a large image cannot be interrupted in between.
        using var ending = cancellation.Register(EndAtOnce);
        var measured = new List<StudyEfficiency>();
        foreach (var preset in new[] { StudyPreset.Nano, StudyPreset.Paper })
            Measure(preset, StudyEfficiency.Rows(preset, rows));
        Console.WriteLine();
        Console.WriteLine(StudyEfficiencyView.Of(measured).ToMarkdown());
        return 0;

        void Measure(StudyPreset preset, IReadOnlyList<StudyRow> distinct) =>
            Progress.Show(
                $"Efficiency, {preset.Name}",
                distinct.Count,
                progress =>
                {
                    for (var i = 0; i < distinct.Count; i++)
                        measured.Add(
                            Complete(preset, distinct[i], (s, run, of) => progress.Report(i, $"{distinct[i].Name}: {s}, run {run}/{of}"))
                        );
                    progress.Report(distinct.Count, "done");
                    return true;
                }
            );

        StudyEfficiency Complete(StudyPreset preset, StudyRow row, Action<int, int, int> told)
        {
            var known = StudyEfficiency.Find(results, preset, row);
            // Those of another device are measured anew: a row's sizes compare.
            var kept = known?.Sizes.Where(s => s.Device == Machine.NameOf(device) && s.Threads == get_num_threads()).ToList() ?? [];
            var missing = sizes.Union(known?.Sizes.Select(s => (int)s.Height) ?? []).Except(kept.Select(s => (int)s.Height)).ToList();
            if (known is not null && missing.Count == 0)
                return known with { Sizes = kept };
            var figures = StudyEfficiency.Measure(preset, row, missing, device, Machine.Commit(Project.Root), told, cancellation);
            figures = figures with { Sizes = [.. figures.Sizes.Concat(kept).OrderBy(s => s.Height)] };
            JsonFile.Write(StudyEfficiency.FileOf(results, preset, row), figures);
            return figures;
        }
    }

    private static void EndAtOnce()
    {
        AnsiConsole.Cursor.Show();
        Console.Error.WriteLine("Cancelled; the same command goes on with the rows that are left.");
        Machine.ExitAtOnce(130);
    }
}
