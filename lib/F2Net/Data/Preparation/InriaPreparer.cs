using System.Text.RegularExpressions;
using F2Net.Data.Pictures;

namespace F2Net.Data.Preparation;

/// <summary>
/// Inria Aerial Image Labeling: images/CITYn.tif and gt/CITYn.tif (0 or 255), 36 georeferenced tiles of 5000 x 5000 of each of five cities. The
/// other five cities' labels are not public.
/// </summary>
/// <remarks>
/// Papers mean two things by "mIoU" here, the mean of both classes and the IoU of buildings alone; naming background in alsoWithout makes every
/// report give both.
/// </remarks>
public sealed partial class InriaPreparer(Download download) : IPreparer
{
    private const string ImageFolder = "images",
        LabelFolder = "gt",
        Extension = ".tif";
    private static readonly LabelCode code = LabelCode.Values([(0, 0), (255, 1)]);

    public DataSetInfo Info { get; } =
        new(
            "Inria Aerial Image Labeling",
            [new ClassInfo("background", Rgb.Parse("#000000")), new ClassInfo("building", Rgb.Parse("#FFFFFF"))],
            AlsoWithout: ["background"],
            Source: "Inria Aerial Image Labeling (Maggiori et al. 2017); imagery of USGS and of the Tyrol's and Vienna's geodata portals.",
            Licence: "Inria's terms on its project page; the imagery is its publishers'"
        );

    public SplitShares Shares { get; } = new(126, 27, 27);

    public (int Pictures, int? Side)? Published => (180, 5000);

    public (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find()
    {
        // Both by the path that an image has or should have.
        var images = Files(ImageFolder).ToDictionary(f => f, StringComparer.Ordinal);
        var labels = Files(LabelFolder).ToDictionary(Twin, StringComparer.Ordinal);
        if (images.Count == 0 || labels.Count == 0)
            throw download.Nothing($"{ImageFolder}/CITYn{Extension} with its {LabelFolder}/CITYn{Extension}");
        var pairs = images
            .Keys.Union(labels.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(path =>
            {
                var name = Path.GetFileNameWithoutExtension(path);
                return new Pair(
                    name,
                    images.GetValueOrDefault(path),
                    labels.GetValueOrDefault(path),
                    Tile().Match(name).Groups["city"].Value
                );
            });
        return Pairs.Complete(download, [.. pairs]);
    }

    public string NameOf(string entry) => Path.GetFileNameWithoutExtension(entry.Replace('\\', '/'));

    public Labels ReadLabels(SourcePicture picture, CancellationToken cancellation) =>
        code.Read(picture.Labels[0], picture.Images[0], cancellation);

    private IEnumerable<string> Files(string folder) =>
        download.Files.Where(f =>
            Path.GetExtension(f).Equals(Extension, StringComparison.OrdinalIgnoreCase)
            && Path.GetFileName(Path.GetDirectoryName(f)) == folder
            && Tile().IsMatch(Path.GetFileNameWithoutExtension(f))
        );

    /// <summary>…/gt/NAME.tif -> …/images/NAME.tif</summary>
    private static string Twin(string labels) =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(labels))!, ImageFolder, Path.GetFileName(labels));

    [GeneratedRegex("^(?<city>[a-z-]+)[0-9]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Tile();
}
