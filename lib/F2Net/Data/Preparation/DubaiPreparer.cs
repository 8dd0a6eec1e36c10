using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>
/// "Semantic segmentation of aerial imagery" (Humans in the Loop, MBRSC): Tile N/images/image_part_00K.jpg and Tile N/masks/image_part_00K.png, nine
/// parts a tile, which are a row-major 3 x 3 cut of one picture. Prepared, a tile is that picture again.
/// </summary>
/// <remarks>Black, which the publisher does not explain, becomes the ignore index; "unlabeled" is a class, but out of the mean.</remarks>
public sealed partial class DubaiPreparer(Download download) : IPreparer
{
    private const int Columns = 3,
        Parts = Columns * Columns;

    /// <summary>
    /// <see cref="Seams"/> gives at most 1.69 for the parts of the published tiles, and from 3.7 up for one of two parts that changed places.
    /// </summary>
    private const double MostSeamRatio = 2.5;
    private LabelCode? code;

    public DataSetInfo Info { get; } =
        new(
            "Dubai aerial imagery",
            [
                new ClassInfo("building", Rgb.Parse("#3C1098")),
                new ClassInfo("land", Rgb.Parse("#8429F6")),
                new ClassInfo("road", Rgb.Parse("#6EC1E4")),
                new ClassInfo("vegetation", Rgb.Parse("#FEDD3A")),
                new ClassInfo("water", Rgb.Parse("#E2A929")),
                new ClassInfo("unlabeled", Rgb.Parse("#9B9B9B"), InMean: false),
            ],
            Source: "Semantic segmentation of aerial imagery: Humans in the Loop, with the Mohammed Bin Rashid Space Centre, Dubai.",
            Licence: "CC0 1.0 (public domain)"
        );

    /// <summary>Of the eight tiles; a tile is a whole neighbourhood, so no split shares ground with another.</summary>
    public SplitShares Shares { get; } = new(5, 1, 2);

    /// <summary>
    /// Tile 1 has every class in a fair share and is for testing, beside 8; tile 3 comes nearest to it and is for val. Those with most of the buildings
    /// (4), vegetation (6) and water (5) are for training.
    /// </summary>
    private static string? SplitOf(string tile) =>
        tile switch
        {
            "tile1" or "tile8" => "test",
            "tile3" => "val",
            "tile2" or "tile4" or "tile5" or "tile6" or "tile7" => "train",
            _ => null,
        };

    public (int Pictures, int? Side)? Published => (8, null);

    public string SplitOrigin => "the kit's, tile by tile";

    public (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find()
    {
        var files = download
            .Files.Select(f => (File: f, Match: PartFile().Match(download.Relative(f))))
            .Where(f => f.Match.Success)
            .ToList();
        if (files.Count == 0)
            throw download.Nothing("Tile N/images/image_part_00K.jpg with its Tile N/masks/image_part_00K.png");
        var pictures = files
            .GroupBy(f => Path.GetDirectoryName(Path.GetDirectoryName(f.File))!, StringComparer.Ordinal)
            .Select(tile =>
            {
                var parts = tile.ToDictionary(
                    f => (f.Match.Groups["kind"].Value, int.Parse(f.Match.Groups["part"].Value, CultureInfo.InvariantCulture)),
                    f => f.File
                );
                var name = NameOf(Path.GetFileName(tile.Key));
                var (images, masks) = (Of(tile.Key, parts, "images", ".jpg"), Of(tile.Key, parts, "masks", ".png"));
                return new SourcePicture(name, images, masks, Split: SplitOf(name));
            })
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ToList();
        if (pictures.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UserException($"{string.Join(" and ", twice.Take(2).Select(p => p.Images[0]))} are of one tile; keep one of them.");
        // With tiles missing, a drawn split that leaves none empty is better than this one.
        var isWhole = pictures.All(p => p.Split is not null) && pictures.DistinctBy(p => p.Split).Count() == SplitShares.Names.Count;
        return (isWhole ? pictures : [.. pictures.Select(p => p with { Split = null })], []);
    }

    /// <summary>"Tile 7" and what is like it: tile7.</summary>
    public string NameOf(string entry) =>
        Tile().Match(entry) is { Success: true } tile ? $"tile{tile.Groups["number"].Value}" : Path.GetFileNameWithoutExtension(entry);

    public Labels ReadLabels(SourcePicture picture, CancellationToken cancellation)
    {
        code ??= LabelCode.Colours(Info, [default]);
        var grid = new PartGrid(picture.Images, Columns);
        var whole = new Mask(grid.Width, grid.Height, new byte[grid.Width * grid.Height]);
        for (var part = 0; part < Parts; part++)
        {
            var (place, ids) = (grid[part], code.Read(picture.Labels[part], picture.Images[part], cancellation).Mask);
            for (var row = 0; row < place.Height; row++)
                ids.Ids.AsSpan(row * ids.Width, place.Width).CopyTo(whole.Ids.AsSpan((place.Y + row) * whole.Width + place.X));
        }
        return new Labels(whole);
    }

    public WrittenImage WriteImage(SourcePicture picture, string stem, CancellationToken cancellation)
    {
        var grid = new PartGrid(picture.Images, Columns);
        var whole = new Picture(grid.Width, grid.Height, new byte[Picture.Channels * grid.Width * grid.Height]);
        for (var part = 0; part < Parts; part++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var raster = Raster.OpenImage(picture.Images[part]);
            var place = grid[part];
            var pixels = raster.ReadPicture(new PixelWindow(0, 0, place.Width, place.Height));
            for (var c = 0; c < Picture.Channels; c++)
            for (var row = 0; row < place.Height; row++)
                pixels.Plane(c).Slice(row * place.Width, place.Width).CopyTo(whole.Plane(c)[((place.Y + row) * whole.Width + place.X)..]);
        }
        var ratios = Seams.Ratios(whole, grid);
        var worst = Array.IndexOf(ratios, ratios.Max());
        if (ratios[worst] > MostSeamRatio)
            throw new UserException(
                $"{picture.Images[worst]} does not continue the parts beside it: pixels across its seams differ {Factor(ratios[worst])} times as much as "
                    + $"neighbours within the parts; download the tile again, or put its parts in their order."
            );
        cancellation.ThrowIfCancellationRequested();
        var path = stem + ".png";
        RasterWriter.WritePng(path, whole, cancellation: cancellation);
        return new WrittenImage(
            path,
            $"{Parts} parts; across a part's seams neighbours differ {Factor(ratios.Min())} to {Factor(ratios.Max())} times as much as within the parts."
        );
    }

    private static List<string> Of(string tile, Dictionary<(string Kind, int Part), string> parts, string kind, string extension) =>
        [
            .. Enumerable
                .Range(1, Parts)
                .Select(part =>
                    parts.GetValueOrDefault((kind, part))
                    ?? throw new UserException(
                        $"{Path.Combine(tile, kind, $"image_part_{part:D3}{extension}")} is missing; complete the download, or move {Path.GetFileName(tile)} elsewhere."
                    )
                ),
        ];

    private static string Factor(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "(^|/)[^/]+/((?<kind>images)/image_part_(?<part>00[1-9]).jpg|(?<kind>masks)/image_part_(?<part>00[1-9]).png)$",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex PartFile();

    [GeneratedRegex("^tile[ _]?(?<number>[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Tile();
}
