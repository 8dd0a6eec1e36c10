using System.CommandLine;
using F2Net.Benchmarks;
using F2Net.Model;
using F2Net.Notebook;
using Spectre.Console;
using TorchSharp;
using static TorchSharp.torch;

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
                if (parsed.GetValue(json) is { } output)
                    OutputFile.Check(output);
                var precision = Precision.Parse(parsed.GetRequiredValue(dtype));
                Machine.Prepare(precision: precision);
                var on = Options.Parse(parsed.GetRequiredValue(device));
                precision.Check(on, parsed.GetValue(train));
                var protocol = new BenchmarkProtocol(parsed.GetRequiredValue(preset), on, precision, Seed, Machine.Commit(Project.Root))
                {
                    Batch = parsed.GetRequiredValue(batch),
                };
                var squares = parsed.GetRequiredValue(sizes);
                Check(protocol, squares);
                CheckTogether((scan, parsed.GetValue(scan)), (named, parsed.GetValue(named) is not null), (train, parsed.GetValue(train)));
                if (parsed.GetValue(named) is not null && parsed.GetResult(sizes) is { Implicit: false })
                    throw new UserException(
                        "--protocol and --size do not go together: a protocol has its own sizes; leave one of them out."
                    );
                if (parsed.GetValue(scan))
                {
                    var scans = Scans(protocol, squares, cancellation);
                    if (parsed.GetValue(json) is { } file)
                        JsonFile.Write(file, scans);
                    return 0;
                }
                var rows = parsed.GetValue(named) switch
                {
                    null when parsed.GetValue(train) => Train(protocol, squares, cancellation),
                    null => Forward(protocol, squares, cancellation),
                    "paper" => PaperProtocol(protocol, cancellation),
                    var other => throw new UserException($"There is no protocol {other}; say --protocol paper, or leave the option out."),
                };
                if (parsed.GetValue(json) is { } path)
                    JsonFile.Write(path, rows);
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

    private static void Check(BenchmarkProtocol protocol, int[] sizes)
    {
        _ = protocol.Network;
        if (protocol.Batch < 1)
            throw new UserException($"--batch {protocol.Batch}: one image at least.");
        if (sizes.Where(s => s < F2NetModel.MinimumSize).Cast<int?>().FirstOrDefault() is { } small)
            throw new UserException($"--size {small}: F2Net needs at least {F2NetModel.MinimumSize} x {F2NetModel.MinimumSize} pixels.");
    }

    private static List<BenchmarkRow> Forward(BenchmarkProtocol protocol, int[] sizes, CancellationToken cancellation)
    {
        using var benchmark = new NetworkBenchmark(protocol, RunPlan.Usual);
        var rows = new List<BenchmarkRow>();
        Progress.Show(
            "Forward",
            sizes.Length * (1 + benchmark.PartCount),
            progress =>
            {
                // Small images first: a GPU's allocator gives nothing back.
                foreach (var size in sizes.Order())
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
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Forward(rows));
        return rows;
    }

    private static List<BenchmarkRow> Train(BenchmarkProtocol protocol, int[] sizes, CancellationToken cancellation)
    {
        using var benchmark = new TrainingBenchmark(protocol, RunPlan.Usual);
        var rows = new List<BenchmarkRow>();
        Progress.Show(
            "Training step",
            sizes.Length * TrainingBenchmark.RowCount,
            progress =>
            {
                foreach (var size in sizes.Order())
                    rows.AddRange(
                        benchmark.Step(
                            size,
                            size,
                            (name, run, of) => progress.Report(rows.Count, $"{size}: {name}, run {run}/{of}"),
                            cancellation
                        )
                    );
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Training(rows));
        return rows;
    }

    private static List<ScanRow> Scans(BenchmarkProtocol protocol, int[] sizes, CancellationToken cancellation)
    {
        var benchmark = new ScanBenchmark(protocol, RunPlan.Usual);
        var rows = new List<ScanRow>();
        Progress.Show(
            "Scan",
            sizes.Length * ScanBenchmark.Cases.Count,
            progress =>
            {
                foreach (var size in sizes.Order())
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
                }
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(ScanViews.Table(rows).ToMarkdown());
        return rows;
    }

    private static List<BenchmarkRow> PaperProtocol(BenchmarkProtocol protocol, CancellationToken cancellation)
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
                    rows.Add(
                        benchmark.Whole(size, size, (run, of) => progress.Report(rows.Count, $"{size}: run {run}/{of}"), cancellation)
                    );
                progress.Report(rows.Count, "done");
                return true;
            }
        );
        Console.WriteLine(BenchTable.Paper(rows));
        return rows;
    }

    // Nothing is lost, and a run on a large image cannot be interrupted in between.
    private static void EndAtOnce()
    {
        AnsiConsole.Cursor.Show();
        Console.Error.WriteLine("Cancelled.");
        Machine.ExitAtOnce(130);
    }
}
