using System.Globalization;
using F2Net.Data;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using static TorchSharp.torch;

namespace F2Net.Cli;

/// <summary>study --check: a result's run once more, in a place that is gone afterwards.</summary>
internal static class StudyCheckRun
{
    internal static int Do(string file, string folder, PreparedDataSet set, Device device, CancellationToken cancellation)
    {
        var result = StudyResult.Read(file);
        if (result.DataSet != set.Info.Name)
            throw new UserException($"{file} is of {result.DataSet}, --data of {set.Info.Name}; give the same data set.");
        var store = new StudyStore(folder, StudyPreset.Of(result.Preset, set.Info), set.Info);
        var results = store.Load();
        results.CheckPictures(set);
        var check = StudyCheck.Begin(result, results, file);
        var row = Catalogue.Row(result.Row);
        if (row.Inference.Name != result.Inference)
            throw new UserException(
                $"{file} was scored by {result.Inference}, row {row.Name} is by {row.Inference.Name} now; check a newer result."
            );
        var run = new StudyRun(result.Study, row, result.Seed, result.Network, result.Recipe);
        var runner = new StudyRunner(store, set, Machine.Commit(Project.Root), device);
        var place = Directory.CreateTempSubdirectory("f2net-study-").FullName;
        try
        {
            check = check.With(
                Progress.Show(
                    "Checking",
                    run.Recipe.Iterations,
                    progress => runner.Do(run, Path.Combine(place, "run"), new StudyBar(progress, [run]).Report, cancellation)
                )
            );
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
        var before = string.Create(
            CultureInfo.InvariantCulture,
            $"before {check.Before:F4}; {check.Seeds.Count} seeds {check.Seeds.Mean:F4} ± {check.Seeds.Deviation:F4}"
        );
        Console.WriteLine(
            check.Again is { } again
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run}: test mIoU {again:F4}, {before}: {(check.Holds ? "within" : "outside")} {check.Range.Low:F4} to {check.Range.High:F4}."
                )
                : $"{run} failed: {check.Failure} Test mIoU {before}."
        );
        return check.Holds ? 0 : 1;
    }
}
