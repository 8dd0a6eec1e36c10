using System.CommandLine;
using System.Diagnostics;
using F2Net.Data;
using F2Net.Data.Packing;
using F2Net.Data.Statistics;

namespace F2Net.Cli.Commands;

/// <summary>f2net data: packs a prepared data set into one file, and says what it holds.</summary>
internal static class DataCommand
{
    private const string TableFile = "stats.md",
        PictureFile = "stats.svg";

    internal static Command Create() => new("data", "Pack a prepared data set, or count what it holds.") { Pack(), Stats() };

    private static Command Pack()
    {
        var directory = new Argument<string>("directory") { Description = "The folder of a prepared data set." };
        var command = new Command("pack", $"Decode all pictures into DIRECTORY/packed.safetensors, which training then maps.")
        {
            directory,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var clock = Stopwatch.StartNew();
                var packer = new DataSetPacker(parsed.GetRequiredValue(directory));
                Progress.Show(
                    "Packing",
                    packer.Samples,
                    progress =>
                    {
                        packer.Pack(done => progress.Report(done), cancellation);
                        return true;
                    }
                );
                Console.WriteLine(
                    $"{packer.Target}: {packer.Samples} pictures and masks, {new FileInfo(packer.Target).Length / 1e6:N0} MB, "
                        + $"{clock.Elapsed.TotalSeconds:F1} s, peak memory {Machine.PeakMemory / 1_000_000} MB."
                );
                return 0;
            }
        );
        return command;
    }

    private static Command Stats()
    {
        var directory = new Argument<string>("directory") { Description = "The folder of a prepared data set, or its packed file." };
        var json = new Option<string?>("--json") { Description = "Where to write the figures as JSON." };
        var output = new Option<string?>("--out") { Description = $"A folder for the table and a picture: {TableFile}, {PictureFile}." };
        var command = new Command("stats", "Count pixels, boundaries and objects of each class in each split.") { directory, json, output };
        command.Runs(
            (parsed, cancellation) =>
            {
                var (path, folder) = (parsed.GetValue(json), parsed.GetValue(output));
                if (path is not null)
                    OutputFile.Check(path);
                if (folder is not null)
                {
                    OutputFile.Check(Path.Combine(folder, TableFile));
                    OutputFile.Check(Path.Combine(folder, PictureFile));
                }
                var clock = Stopwatch.StartNew();
                var set = PreparedDataSet.Open(parsed.GetRequiredValue(directory));
                var statistics = Progress.Show(
                    "Counting",
                    set.Splits.Sum(s => set.Split(s).Samples.Count),
                    progress => DataSetStatistics.Of(set, done => progress.Report(done), cancellation)
                );
                var table = StatisticsReport.Table(statistics);
                Console.WriteLine(table);
                if (path is not null)
                    StatisticsReport.WriteJson(path, statistics, clock.Elapsed.TotalSeconds);
                if (folder is not null)
                {
                    Write(folder, TableFile, table);
                    Write(folder, PictureFile, StatisticsReport.Picture(statistics).ToSvg());
                }
                return 0;
            }
        );
        return command;
    }

    private static void Write(string folder, string name, string text) =>
        OutputFile.Write(Path.Combine(folder, name), partial => File.WriteAllText(partial, text));
}
