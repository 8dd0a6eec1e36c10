using F2Net.Data.Polygons;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>
/// Anybody's images: classes.json, and beside it images/NAME.* with masks/NAME.png (or .tif), or with polygons. train, val and test may be folders above or
/// below these.
/// </summary>
/// <remarks>
/// A mask of three bands is read by its colours; one band holds class ids. One band with a palette is read by ids where the palette has every
/// class's colour at its id, else by its colours.
/// </remarks>
public sealed class FolderPreparer : IPreparer
{
    private const string ImageFolder = "images",
        MaskFolder = "masks",
        PolygonFolder = "polygons";
    private static readonly string[] imageExtensions = [".jpg", ".jpeg", ".png", ".tif", ".tiff"],
        maskExtensions = [".png", ".tif", ".tiff"],
        vectorExtensions = [".gpkg", ".geojson", ".json", ".shp"];

    private readonly Download download;
    private readonly string classesFile;
    private readonly FolderClasses classes;
    private LabelCode? colours;

    /// <exception cref="UserException">classes.json is missing or faulty.</exception>
    public FolderPreparer(Download download)
    {
        this.download = download;
        classesFile = Path.Combine(download.Folder, FolderClasses.FileName);
        if (!File.Exists(classesFile))
            throw download.HasArchive
                ? download.Nothing(FolderClasses.FileName)
                : new UserException(
                    $$"""{{download.Folder}} has no {{FolderClasses.FileName}}; write there what the masks show: {"name": "…", "classes": [{"name": "…", "colour": "#RRGGBB"}, …]}."""
                );
        classes = JsonFile.Read<FolderClasses>(classesFile);
        Info = classes.Info.Checked(classesFile);
        if (classes.Polygons?.Background is { } background && Info.Classes.All(c => c.Name != background))
            throw new UserException($"{classesFile}: background \"{background}\" is no class; correct the file.");
    }

    public DataSetInfo Info { get; }

    // Polygons of all images in one file, of any format that GDAL reads.
    private string? Common => classes.Polygons?.File is { } named ? Path.Combine(download.Folder, named) : null;

    public SplitShares Shares { get; } = new(70, 15, 15);

    public (int Pictures, int? Side)? Published => null;

    public string Fingerprint => JsonFile.Line(classes);

    public (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find()
    {
        var images = Files(ImageFolder, imageExtensions);
        var masks = Files(MaskFolder, maskExtensions);
        var polygons = classes.Polygons is null ? [] : Files(PolygonFolder, vectorExtensions);
        if (Common is not null && !File.Exists(Common))
            throw new UserException($"{classesFile} names the polygons {Common}, which is not there; correct the file, or put it there.");
        if (images.Count == 0 || (masks.Count == 0 && polygons.Count == 0 && Common is null))
            throw download.Nothing(
                classes.Polygons is null
                    ? $"{ImageFolder}/NAME.jpg (or .png, .tif) with its {MaskFolder}/NAME.png"
                    : $"{ImageFolder}/NAME.tif with its {MaskFolder}/NAME.png or {PolygonFolder}/NAME.gpkg"
            );
        var pairs = images
            .Keys.Union(masks.Keys, StringComparer.Ordinal)
            .Union(polygons.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(key =>
            {
                var parts = key.Split('/');
                var image = images.GetValueOrDefault(key);
                var labels = masks.GetValueOrDefault(key) ?? polygons.GetValueOrDefault(key) ?? (image is null ? null : Common);
                return new Pair(NameOf(key), image, labels, Split: parts.SkipLast(1).FirstOrDefault(SplitShares.Names.Contains));
            });
        return Pairs.Complete(download, [.. pairs]);
    }

    /// <summary>What is left of a path without its extension and the folders that say what it is, or its split: a/images/b.png is a_b.</summary>
    public string NameOf(string entry)
    {
        var parts = entry.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        var folders = parts.SkipLast(1).Where(p => !IsKind(p) && !SplitShares.Names.Contains(p));
        var file = parts[^1];
        return string.Join('_', [.. folders, IsFile(file) ? Path.GetFileNameWithoutExtension(file) : file]);
    }

    public Labels ReadLabels(SourcePicture picture, CancellationToken cancellation)
    {
        var (labels, image) = (picture.Labels[0], picture.Images[0]);
        if (labels == Common || vectorExtensions.Contains(Path.GetExtension(labels).ToLowerInvariant()))
            return Burn(labels, image, classes.Polygons!);
        return CodeOf(labels).Read(labels, image, cancellation);
    }

    private Labels Burn(string vectors, string image, PolygonSource source)
    {
        var background = source.Background is { } named ? Info.Classes.Index().Single(c => c.Item.Name == named).Index : Info.IgnoreIndex;
        var mask = PolygonLabels.Burn(vectors, image, source.Attribute, Info.Classes, (byte)background, source.Class, source.Layer);
        var isEmpty = !mask.Ids.AsSpan().ContainsAnyExcept((byte)background);
        return new Labels(
            mask,
            isEmpty ? $"{image} shows {source.Background ?? "nothing"} alone: no polygon of {vectors} covers a pixel of it." : null
        );
    }

    private LabelCode CodeOf(string labels)
    {
        using var raster = new Raster(labels);
        var isIds =
            raster.Bands == 1 && (raster.Palette is not { } palette || Info.Palette.SequenceEqual(palette.Take(Info.Classes.Count)));
        return isIds
            ? LabelCode.Values(Enumerable.Range(0, Info.Classes.Count).Append(Info.IgnoreIndex).Select(id => ((byte)id, (byte)id)))
            : colours ??= classes.ColourCode(classesFile);
    }

    /// <summary>Files below a folder of that name, by their path without extension in which that folder's name is left out.</summary>
    /// <exception cref="UserException">Two differ in their extension alone.</exception>
    private Dictionary<string, string> Files(string kind, string[] extensions)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in download.Files.Where(f => extensions.Contains(Path.GetExtension(f).ToLowerInvariant())))
        {
            var parts = download.Relative(file).Split('/').ToList();
            var at = parts.IndexOf(kind);
            if (at < 0 || at == parts.Count - 1)
                continue;
            parts.RemoveAt(at);
            parts[^1] = Path.GetFileNameWithoutExtension(parts[^1]);
            if (!files.TryAdd(string.Join('/', parts), file))
                throw new UserException($"{files[string.Join('/', parts)]} and {file} have one name; keep one of them.");
        }
        return files;
    }

    private static bool IsKind(string folder) => folder is ImageFolder or MaskFolder or PolygonFolder;

    private static bool IsFile(string name) =>
        imageExtensions.Concat(vectorExtensions).Contains(Path.GetExtension(name).ToLowerInvariant());
}
