using F2Net.Data.Pictures;

namespace F2Net.Data.Preparation;

/// <summary>DeepGlobe Land Cover: NAME_sat.jpg and NAME_mask.png, 803 pairs of 2448 x 2448, in one folder or several.</summary>
/// <remarks>
/// "unknown" (clouds and what nobody labelled) is class 0, as in the community's seven-class protocol, and out of the mean. It is no ignore
/// index: there, a network that sees it as forest is charged with those pixels in forest's union, and published figures and weights have seven classes.
/// </remarks>
public sealed class DeepGlobePreparer(Download download) : IPreparer
{
    private const string ImageEnding = "_sat.jpg",
        MaskEnding = "_mask.png";

    /// <summary>Red, the one colour left once all are binarised, shows in a few pixels between classes where a copy was resized; usage counts it as unknown.</summary>
    private const double MostStrays = 0.001;
    private LabelCode? code;

    public DataSetInfo Info { get; } =
        new(
            "DeepGlobe Land Cover",
            [
                new ClassInfo("unknown", Rgb.Parse("#000000"), InMean: false),
                new ClassInfo("urban", Rgb.Parse("#00FFFF")),
                new ClassInfo("agriculture", Rgb.Parse("#FFFF00")),
                new ClassInfo("rangeland", Rgb.Parse("#FF00FF")),
                new ClassInfo("forest", Rgb.Parse("#00FF00")),
                new ClassInfo("water", Rgb.Parse("#0000FF")),
                new ClassInfo("barren", Rgb.Parse("#FFFFFF")),
            ],
            Source: "DeepGlobe 2018 Land Cover Classification Challenge (Demir et al. 2018); imagery of DigitalGlobe.",
            Licence: "DeepGlobe's terms: research and education, no redistribution"
        );

    public SplitShares Shares { get; } = new(454, 207, 142);

    public (int Pictures, int? Side)? Published => (803, 2448);

    public (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find()
    {
        var (images, masks) = (Files(ImageEnding), Files(MaskEnding));
        if (images.Count == 0 || masks.Count == 0)
            throw download.Nothing($"*{ImageEnding} with its *{MaskEnding}");
        return Pairs.Complete(
            download,
            [
                .. images
                    .Keys.Union(masks.Keys, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(stem => new Pair(Path.GetFileName(stem), images.GetValueOrDefault(stem), masks.GetValueOrDefault(stem))),
            ]
        );
    }

    public string NameOf(string entry)
    {
        var name = Path.GetFileNameWithoutExtension(entry.Replace('\\', '/'));
        return name.EndsWith("_sat", StringComparison.Ordinal) ? name[..^4]
            : name.EndsWith("_mask", StringComparison.Ordinal) ? name[..^5]
            : name;
    }

    public Labels ReadLabels(SourcePicture picture, CancellationToken cancellation)
    {
        code ??= LabelCode.BinarisedColours(Info.Classes.Select((c, id) => (c.Colour, (byte)id)), MostStrays);
        return code.Read(picture.Labels[0], picture.Images[0], cancellation);
    }

    /// <summary>Files of an ending by their path without it.</summary>
    private Dictionary<string, string> Files(string ending) =>
        download
            .Files.Where(f => f.EndsWith(ending, StringComparison.Ordinal))
            .ToDictionary(f => f[..^ending.Length], StringComparer.Ordinal);
}
