using System.Text.RegularExpressions;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>
/// Turns a download into the prepared layout, picture by picture. Images come before masks, masks before their line in pictures.jsonl, and dataset.json
/// last: whatever stops it, the next run makes what is not finished, and nobody can open half a data set.
/// </summary>
public sealed partial class DataSetPreparation
{
    private readonly IPreparer preparer;
    private readonly string output;
    private readonly SplitPlan plan;
    private readonly PictureJournal journal;
    private readonly IReadOnlyList<string> found;

    /// <summary>Looks the download through and says what is to do; no pixel is read yet.</summary>
    /// <param name="output">A new or empty folder, or one that an earlier preparation of the same data set wrote to.</param>
    /// <param name="lists">A folder with train.txt, val.txt and test.txt; null for the download's own split or a drawn one.</param>
    /// <param name="seed">Draws the split, in place of the download's own; not beside lists.</param>
    /// <exception cref="UserException">The download, the lists or the output folder are not what they should be.</exception>
    public DataSetPreparation(IPreparer preparer, string output, string? lists = null, int? seed = null)
    {
        if (lists is not null && seed is not null)
            throw new UserException("Lists and a seed each decide the split; give --lists or --seed, not both.");
        (this.preparer, this.output) = (preparer, output);
        (var pictures, found) = preparer.Find();
        plan = SplitPlan.Of(preparer, pictures, lists, seed);
        journal = new PictureJournal(output, preparer.Info.Name);
        var wanted = plan.Pictures.Select(p => p.Picture.Name).ToHashSet(StringComparer.Ordinal);
        var extra = journal.Finished.Keys.Where(n => !wanted.Contains(n)).Order(StringComparer.Ordinal).ToList();
        if (extra.Count > 0)
            throw new UserException(
                $"{output} holds {extra.Count} finished {(extra.Count == 1 ? "picture" : "pictures")} that the download or the lists no longer have "
                    + $"({extra[0]}{(extra.Count > 1 ? " is the first" : "")}); put {(extra.Count == 1 ? "it" : "them")} back, or give --out a new folder."
            );
        Pending = [.. plan.Pictures.Where(p => !IsFinished(p.Picture, p.Split))];
    }

    /// <summary>Pictures of the data set.</summary>
    public int Total => plan.Pictures.Count;

    /// <summary>How many of them earlier runs made.</summary>
    public int Finished => Total - Pending.Count;

    private IReadOnlyList<(SourcePicture Picture, string Split)> Pending { get; }

    /// <summary>Makes what is not finished, checks everything, and writes dataset.json and preparation.json.</summary>
    /// <param name="made">Gets the name of each picture as it is finished.</param>
    /// <exception cref="UserException">A picture is faulty, or the folder cannot be written to; what is finished stays.</exception>
    public PreparationReport Run(Action<string> made, CancellationToken cancellation)
    {
        RemovePartials();
        if (Pending.Count > 0)
            File.Delete(Path.Combine(output, DataSetInfo.FileName));
        foreach (var (picture, split) in Pending)
        {
            cancellation.ThrowIfCancellationRequested();
            Make(picture, split, cancellation);
            made(picture.Name);
        }
        PreparationCheck.Run(output, [.. plan.Pictures.Select(p => journal.Finished[p.Picture.Name])]);
        var report = PreparationReport.Of(preparer, plan, journal.Finished, found);
        JsonFile.Write(Path.Combine(output, PreparationReport.FileName), report);
        JsonFile.Write(Path.Combine(output, DataSetInfo.FileName), preparer.Info);
        return report;
    }

    private bool IsFinished(SourcePicture picture, string split) =>
        journal.Finished.TryGetValue(picture.Name, out var made)
        && made.Split == split
        && made.Fingerprint == PreparedPicture.FingerprintOf(preparer, picture)
        && File.Exists(Path.Combine(Images(split), made.Image))
        && File.Exists(MaskOf(picture.Name, split));

    private void Make(SourcePicture picture, string split, CancellationToken cancellation)
    {
        // One that was made from other files, or for another split, gives way to the new one.
        if (journal.Finished.TryGetValue(picture.Name, out var earlier))
        {
            journal.Remove(picture.Name);
            foreach (var folder in (string[])[Images(earlier.Split), Path.GetDirectoryName(MaskOf(picture.Name, earlier.Split))!])
                RemoveFilesOf(picture.Name, folder);
        }
        var fingerprint = PreparedPicture.FingerprintOf(preparer, picture);
        var (mask, remark) = preparer.ReadLabels(picture, cancellation);
        var image = preparer.WriteImage(picture, Path.Combine(Images(split), picture.Name), cancellation);
        using (var raster = new Raster(image.Path))
            RasterWriter.WriteMask(MaskOf(picture.Name, split), mask, preparer.Info.Palette, raster.Georeference);
        var counts = new long[256];
        foreach (var id in mask.Ids)
            counts[id]++;
        journal.Add(
            new PreparedPicture(
                preparer.Info.Name,
                picture.Name,
                split,
                Path.GetFileName(image.Path),
                mask.Width,
                mask.Height,
                counts[..preparer.Info.Classes.Count],
                counts[preparer.Info.IgnoreIndex],
                fingerprint,
                remark is null || image.Remark is null ? remark ?? image.Remark : $"{remark} {image.Remark}"
            )
        );
    }

    private string Images(string split) => Path.Combine(output, PreparedFolder.Images, split);

    private string MaskOf(string name, string split) => Path.Combine(output, PreparedFolder.Masks, split, name + ".png");

    /// <summary>The file of a name with any extension, its world file and its .aux.xml.</summary>
    private static void RemoveFilesOf(string name, string folder)
    {
        if (Directory.Exists(folder))
            foreach (
                var file in Directory.GetFiles(folder, "*").Where(f => Path.GetFileName(f).StartsWith(name + ".", StringComparison.Ordinal))
            )
                if (Endings().IsMatch(Path.GetFileName(file)[name.Length..]))
                    File.Delete(file);
    }

    /// <summary>What a process that was killed left half-written.</summary>
    private void RemovePartials()
    {
        string[] folders = [Path.Combine(output, PreparedFolder.Images), Path.Combine(output, PreparedFolder.Masks)];
        foreach (var folder in folders.Where(Directory.Exists))
        foreach (var partial in Directory.GetFiles(folder, "*.partial", SearchOption.AllDirectories))
            File.Delete(partial);
    }

    [GeneratedRegex(@"^\.[A-Za-z0-9]+(\.aux\.xml)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Endings();
}
