using System.CommandLine;
using System.Globalization;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;
using F2Net.Evaluation.Drawing;
using F2Net.Notebook.Tables;

namespace F2Net.Cli.Commands;

/// <summary>f2net prepare: a download to the prepared layout, with a report and a contact sheet.</summary>
internal static class PrepareCommand
{
    private const string Overview = "overview.png";
    private const int MostRemarks = 12;

    internal static Command Create()
    {
        var name = new Argument<string>("name") { Description = $"{string.Join(", ", Preparers.Names)}." };
        var source = new Option<string>("--src") { Description = "The folder with the unpacked download.", Required = true };
        var output = new Option<string>("--out") { Description = "The prepared data set's folder.", Required = true };
        var lists = new Option<string?>("--lists") { Description = "A folder with train.txt, val.txt and test.txt, a picture a line." };
        var seed = new Option<int?>("--seed") { Description = "Draws the split, in place of the download's own." };
        var command = new Command("prepare", "Turn a download into a data set to train on; the same command goes on after a stop.")
        {
            name,
            source,
            output,
            lists,
            seed,
            PrepareSyntheticCommand.Create(),
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var path = parsed.GetRequiredValue(output);
                var preparer = Preparers.Open(parsed.GetRequiredValue(name), parsed.GetRequiredValue(source));
                var preparation = new DataSetPreparation(preparer, path, parsed.GetValue(lists), parsed.GetValue(seed));
                Prepare(preparation, path, cancellation);
                return 0;
            }
        );
        return command;
    }

    /// <summary>Makes the data set at a path and says what became of it.</summary>
    internal static void Prepare(DataSetPreparation preparation, string path, CancellationToken cancellation)
    {
        var report = Run(preparation, cancellation);
        DrawOverview(path, report);
        Console.WriteLine($"{report.DataSet}; split: {report.Split}.");
        Console.WriteLine();
        Console.WriteLine(TableOf(report));
        foreach (var remark in report.Remarks.Take(MostRemarks))
            Console.WriteLine(remark);
        if (report.Remarks.Count > MostRemarks)
            Console.WriteLine($"{report.Remarks.Count - MostRemarks} more remarks: {Path.Combine(path, PreparationReport.FileName)}.");
        Console.WriteLine($"Look at {Path.Combine(path, Overview)} before you train.");
    }

    private static PreparationReport Run(DataSetPreparation preparation, CancellationToken cancellation) =>
        Progress.Show(
            "Preparing",
            preparation.Total,
            progress =>
            {
                var done = preparation.Finished;
                if (done > 0)
                    progress.Report(done, "done before");
                return preparation.Run(made => progress.Report(++done, made), cancellation);
            },
            preparation.Finished
        );

    private static void DrawOverview(string folder, PreparationReport report)
    {
        var title = $"{report.DataSet}: {string.Join(", ", report.Splits.Select(s => $"{s.Value.Pictures} {s.Key}"))}";
        RasterWriter.WritePng(
            Path.Combine(folder, Overview),
            DataSetOverview.Of(folder, title, report.All.ClassShares, report.All.IgnoredShare)
        );
    }

    private static string TableOf(PreparationReport report)
    {
        var classes = report.All.ClassShares.Keys.ToList();
        var hasIgnored = report.All.IgnoredShare > 0;
        return MarkdownTable.Write(
            ["share of pixels", "pictures", "megapixels", .. classes, .. hasIgnored ? (string[])["ignored"] : []],
            [
                .. report
                    .Splits.Append(new("all", report.All))
                    .Select(s =>
                        (string[])
                            [
                                s.Key,
                                s.Value.Pictures.ToString(CultureInfo.InvariantCulture),
                                (s.Value.Pixels / 1e6).ToString("F1", CultureInfo.InvariantCulture),
                                .. classes.Select(c => s.Value.ClassShares[c].ToString("P2", CultureInfo.InvariantCulture)),
                                .. hasIgnored ? (string[])[s.Value.IgnoredShare.ToString("P2", CultureInfo.InvariantCulture)] : [],
                            ]
                    ),
            ]
        );
    }
}
