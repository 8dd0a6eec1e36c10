using System.CommandLine;
using F2Net.Data;
using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;

namespace F2Net.Cli.Commands;

/// <summary>f2net study: trains and scores what a study lacks, and writes its table.</summary>
internal static class StudyCommand
{
    // libgomp ends the process itself where it cannot have as many.
    private const int MostThreads = 1024;

    private const string DataFolder = "data/bluemarble",
        ResultFolder = "results/studies";

    private static readonly Argument<string?> name = new("NAME")
    {
        Description = "The study; --list names them.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> data = new("--data")
    {
        Description = $"A prepared data set: its folder, or its packed file; {DataFolder} of the project if left out.",
    };
    private static readonly Option<string[]> rows = new("--rows")
    {
        Description = "Some of the study's rows; all if left out.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int[]> seeds = new("--seeds")
    {
        Description = "Seeds of each row.",
        DefaultValueFactory = _ => [1, 2, 3],
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string> preset = new("--preset") { Description = "nano or paper.", DefaultValueFactory = _ => "nano" };
    private static readonly Option<int?> threads = new("--threads") { Description = "Threads to compute with; all cores if left out." };
    private static readonly Option<string> device = Options.Device();
    private static readonly Option<bool> list = new("--list") { Description = "Name all studies and their rows." };
    private static readonly Option<bool> estimate = new("--estimate") { Description = "Say how long it would take, and do nothing." };
    private static readonly Option<bool> table = new("--table") { Description = "Write the table of what is there, and train nothing." };
    private static readonly Option<string?> check = new("--check")
    {
        Description = "A result's file: train it once more and say whether its test mIoU lands within its row's spread.",
    };
    private static readonly Option<bool> efficiency = new("--efficiency")
    {
        Description = "Measure parameters, operations, time and memory of every row's network, of the study or of all, in both presets.",
    };
    private static readonly Option<bool> readme = new("--readme")
    {
        Description = "Write README.md's tables and every study's files anew from all results, and do nothing else.",
    };
    private static readonly Option<int[]> sizes = new("--size")
    {
        Description = "With --efficiency: sides of square images in pixels.",
        DefaultValueFactory = _ => [1024, 2448],
        AllowMultipleArgumentsPerToken = true,
    };

    // What a call that trains has a use for, and what the others have.
    private static readonly Option[] ofTraining = [data, rows, seeds, preset, threads, device];
    private static readonly (Option Call, Option[] Uses, bool TakesName)[] calls =
    [
        (list, [], false),
        (readme, [], false),
        (check, [data, threads, device], false),
        (efficiency, [rows, sizes, threads, device], true),
        (estimate, ofTraining, true),
        (table, [data, rows, seeds, preset], true),
    ];

    internal static Command Create()
    {
        var command = new Command("study", "Train the rows of a table of the paper over several seeds, and write the table.")
        {
            name,
            data,
            rows,
            seeds,
            preset,
            threads,
            device,
            list,
            estimate,
            table,
            check,
            efficiency,
            readme,
            sizes,
        };
        command.Runs(Do);
        return command;
    }

    private static int Do(ParseResult parsed, CancellationToken cancellation)
    {
        CheckTogether(parsed);
        if (parsed.GetValue(list))
            return List();
        if (parsed.GetValue(readme))
            return Readme();
        if (parsed.GetValue(threads) is (< 1 or > MostThreads) and var count)
            throw new UserException($"--threads {count}: say 1 to {MostThreads}.");
        var study = parsed.GetValue(name) is { } named ? Catalogue.Find(named) : null;
        if (study is null && !parsed.GetValue(efficiency) && parsed.GetValue(check) is null)
            throw new UserException("Say which study, as in f2net study branches; f2net study --list names them all.");
        Machine.Prepare(parsed.GetValue(threads));
        var on = Options.Parse(parsed.GetRequiredValue(device));
        var results = Path.Combine(Project.Root, ResultFolder);
        if (parsed.GetValue(efficiency))
            return StudyEfficiencyRun.Do(
                study?.Select(parsed.GetValue(rows) ?? []) ?? Catalogue.Rows,
                results,
                parsed.GetRequiredValue(sizes),
                on,
                cancellation
            );

        var set = PreparedDataSet.Open(parsed.GetValue(data) ?? Path.Combine(Project.Root, DataFolder));
        if (parsed.GetValue(check) is { } file)
            return StudyCheckRun.Do(file, results, set, on, cancellation);
        var start = StudyPreset.Of(parsed.GetRequiredValue(preset), set.Info);
        var store = new StudyStore(results, start, set.Info);
        var runs = StudyRun.Plan(
            study!,
            study!.Select(parsed.GetValue(rows) ?? []),
            parsed.GetRequiredValue(seeds),
            start,
            set.Info.Classes.Count
        );
        var training = new StudyTrainingRun(study!, runs, store, set, on);
        if (!parsed.GetValue(table))
        {
            var missing = training.Estimate(cancellation);
            if (parsed.GetValue(estimate))
                return 0;
            if (missing > 0)
                training.Train(cancellation);
        }
        training.Write();
        return 0;
    }

    /// <exception cref="UserException">An option has nothing to say beside the others.</exception>
    private static void CheckTogether(ParseResult parsed)
    {
        var chosen = calls.Where(c => parsed.IsGiven(c.Call)).ToList();
        if (chosen.Count > 1)
            throw new UserException(
                $"{string.Join(" and ", chosen.Select(c => c.Call.Name))} do not go together: each does something else; leave one of them out."
            );
        var (call, uses, takesName) = chosen.Count == 1 ? chosen[0] : (null, ofTraining, true);
        if (ofTraining.Append(sizes).Except(uses).FirstOrDefault(parsed.IsGiven) is { } idle)
            throw new UserException(
                $"{idle.Name} says nothing {(call is null ? "without --efficiency" : $"beside {call.Name}")}; leave it out."
            );
        if (!takesName && parsed.GetValue(name) is { } study)
            throw new UserException($"{study}: {call!.Name} takes no study's name; leave it out.");
        if (parsed.IsGiven(rows) && parsed.GetValue(name) is null)
            throw new UserException("Say of which study the --rows are, as in f2net study fusion --rows concat add.");
    }

    private static int List()
    {
        foreach (var study in Catalogue.Studies)
        {
            Console.WriteLine($"{study.Name}: {study.Question}");
            foreach (var row in study.Rows)
                Console.WriteLine($"    {row.Name, -18} {row.Title}");
        }
        return 0;
    }

    private static int Readme()
    {
        var results = Path.Combine(Project.Root, ResultFolder);
        foreach (var (folder, written) in StudyReport.All(results))
            StudyReport.Write(folder, written);
        var file = Path.Combine(Project.Root, "README.md");
        var text = StudyReadme.Renewed(File.ReadAllText(file), results);
        OutputFile.Write(file, partial => File.WriteAllText(partial, text));
        Console.WriteLine($"Tables: {file}, {results}");
        return 0;
    }
}
