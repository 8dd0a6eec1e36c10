using System.CommandLine;
using F2Net.Benchmarks;
using F2Net.Model;
using F2Net.Notebook.Studies;
using Spectre.Console;
using TorchSharp;

namespace F2Net.Cli.Commands;

/// <summary>f2net bench: how long the network takes and how much memory, whole and part by part.</summary>
internal static class BenchCommand
{
    private const int Seed = 1;

    internal static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "paper or nano.", DefaultValueFactory = _ => "paper" };
        var sizes = new Option<int[]>("--size")
        {
            Description = "Sides of square images in pixels.",
            DefaultValueFactory = _ => [256, 512, 1024],
            AllowMultipleArgumentsPerToken = true,
        };
        var batch = new Option<int>("--batch") { Description = "Images together.", DefaultValueFactory = _ => 1 };
        var train = new Option<bool>("--train") { Description = "Measure training steps instead of forward passes." };
        var scan = new Option<bool>("--scan")
        {
            Description = "Measure the longest scan in training instead, by its directions and segments.",
        };
        var named = new Option<string?>("--protocol")
        {
            Description = "paper: the efficiency row of the paper's table, beside the paper's.",
        };
        var dtype = new Option<string>("--dtype")
        {
            Description = "float32; on a GPU also tf32 or bfloat16.",
            DefaultValueFactory = _ => "float32",
        };
        var device = Options.Device();
        var json = new Option<string?>("--json") { Description = "Where to write every figure with its protocol." };
        var command = new Command("bench", "Measure time, memory and share of the machine's rate, whole and part by part.")
        {
            preset,
            sizes,
            batch,
            train,
            scan,
            named,
            dtype,
            device,
            json,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                using var ending = cancellation.Register(EndAtOnce);
                var precision = Precision.Parse(parsed.GetRequiredValue(dtype));
                CheckTogether((scan, parsed.GetValue(scan)), (named, parsed.IsGiven(named)), (train, parsed.GetValue(train)));
                if (parsed.IsGiven(named))
                {
                    CheckAlone(named, sizes, parsed.IsGiven(sizes), "a protocol has its own sizes");
                    CheckAlone(named, batch, parsed.IsGiven(batch), "a protocol takes one image at a time");
                }
                if (parsed.GetValue(scan))
                {
                    CheckAlone(scan, batch, parsed.IsGiven(batch), "a scan is of one image");
                    CheckAlone(scan, dtype, precision != Precision.Float32, "a scan is in float32");
                }
                Machine.Prepare(precision: precision);
                var on = Options.Parse(parsed.GetRequiredValue(device));
                precision.Check(on, parsed.GetValue(train));
                var protocol = new BenchmarkProtocol(parsed.GetRequiredValue(preset), on, precision, Seed, Machine.Commit(Project.Root))
                {
                    Batch = parsed.GetRequiredValue(batch),
                };
                // Small images first: a GPU's allocator gives nothing back.
                int[] squares = [.. parsed.GetRequiredValue(sizes).Distinct().Order()];
                Check(protocol, squares);
                var file = parsed.GetValue(json);
                if (file is not null)
                    OutputFile.Check(file);
                if (parsed.GetValue(scan))
                    Scans(protocol, squares, file, cancellation);
                else if (parsed.GetValue(train))
                    Train(protocol, squares, file, cancellation);
                else if (parsed.GetValue(named) is not { } name)
                    Forward(protocol, squares, file, cancellation);
                else if (name == "paper")
                    PaperProtocol(protocol, file, cancellation);
                else
                    throw new UserException($"There is no protocol {name}; say --protocol paper, or leave the option out.");
                return 0;
            }
        );
        return command;
    }

    // Each measures something else.
    private static void CheckTogether(params IReadOnlyList<(Option Option, bool IsGiven)> options)
    {
        var given = options.Where(o => o.IsGiven).Select(o => o.Option.Name).ToList();
        if (given.Count > 1)
            throw new UserException(
                $"{string.Join(" and ", given)} do not go together: each measures something else; leave one of them out."
            );
    }

    private static void CheckAlone(Option option, Option other, bool both, string because)
    {
        if (both)
            throw new UserException($"{option.Name} and {other.Name} do not go together: {because}; leave one of them out.");
    }

    private static void Check(BenchmarkProtocol protocol, int[] sizes)
    {
        _ = protocol.Network;
        if (protocol.Batch < 1)
            throw new UserException($"--batch {protocol.Batch}: one image at least.");
        if (sizes.Where(s => s < F2NetModel.MinimumSize).Cast<int?>().FirstOrDefault() is { } small)
            throw new UserException($"--size {small}: F2Net needs at least {F2NetModel.MinimumSize} x {F2NetModel.MinimumSize} pixels.");
    }

    private static void Forward(BenchmarkProtocol protocol, int[] sizes, string? json, CancellationToken cancellation)
    {
        using var benchmark = new NetworkBenchmark(protocol, RunPlan.Usual);
        var rows = new List<BenchmarkRow>();
        Progress.Show(
            "Forward",
            sizes.Length * (1 + benchmark.PartCount),
            progress =>
            {
                foreach (var size in sizes)
                {
                    rows.Add(
                        benchmark.Whole(
                            size,
                            size,
                            (run, of) => progress.Report(rows.Count, $"{size}: whole, run {run}/{of}"),
                            cancellation
                        )
                    );
                    var done = rows.Count;
                    rows.AddRange(benchmark.Parts(size, size, part => progress.Report(done++, $"{size}: {part}"), cancellation));
                    Save(json, rows);
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Forward(rows));
    }

    private static void Train(BenchmarkProtocol protocol, int[] sizes, string? json, CancellationToken cancellation)
    {
        using var benchmark = new TrainingBenchmark(protocol, RunPlan.Usual);
        var rows = new List<BenchmarkRow>();
        Progress.Show(
            "Training step",
            sizes.Length * TrainingBenchmark.RowCount,
            progress =>
            {
                foreach (var size in sizes)
                {
                    rows.AddRange(
                        benchmark.Step(
                            size,
                            size,
                            (name, run, of) => progress.Report(rows.Count, $"{size}: {name}, run {run}/{of}"),
                            cancellation
                        )
                    );
                    Save(json, rows);
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Training(rows));
    }

    private static void Scans(BenchmarkProtocol protocol, int[] sizes, string? json, CancellationToken cancellation)
    {
        var benchmark = new ScanBenchmark(protocol, RunPlan.Usual);
        var rows = new List<ScanRow>();
        Progress.Show(
            "Scan",
            sizes.Length * benchmark.Cases.Count,
            progress =>
            {
                foreach (var size in sizes)
                {
                    var done = rows.Count;
                    rows.AddRange(
                        benchmark.Measure(
                            size,
                            size,
                            (directions, segment) =>
                                progress.Report(done++, $"{size}: {directions} directions, segments of {segment?.ToString() ?? "all"}"),
                            cancellation
                        )
                    );
                    Save(json, rows);
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(ScanViews.Table(rows).ToMarkdown());
    }

    private static void PaperProtocol(BenchmarkProtocol protocol, string? json, CancellationToken cancellation)
    {
        var plan = protocol.Device.type == DeviceType.CUDA ? RunPlan.Paper : RunPlan.Usual;
        using var benchmark = new NetworkBenchmark(protocol, plan);
        var rows = new List<BenchmarkRow>();
        Progress.Show(
            "Paper's protocol",
            PaperEfficiency.Rows.Count,
            progress =>
            {
                foreach (var size in PaperEfficiency.Rows.Select(r => r.Size))
                {
                    rows.Add(
                        benchmark.Whole(size, size, (run, of) => progress.Report(rows.Count, $"{size}: run {run}/{of}"), cancellation)
                    );
                    Save(json, rows);
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Paper(rows));
    }

    // After every size: a later one may not fit memory, or be cancelled.
    private static void Save<T>(string? json, List<T> rows)
    {
        if (json is not null)
            JsonFile.Write(json, rows);
    }

    // A run on a large image cannot be interrupted in between.
    private static void EndAtOnce()
    {
        AnsiConsole.Cursor.Show();
        Console.Error.WriteLine("Cancelled.");
        Machine.ExitAtOnce(130);
    }
}
