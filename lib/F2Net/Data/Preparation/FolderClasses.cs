using F2Net.Data.Pictures;

namespace F2Net.Data.Preparation;

/// <summary>classes.json in a folder of anybody's images: dataset.json's keys, and what their labels need besides.</summary>
/// <param name="IgnoreColours">Colours of colour-coded masks that mean "of no class".</param>
/// <param name="Polygons">How polygons become masks; null where there are none.</param>
public sealed record FolderClasses(
    string Name,
    IReadOnlyList<ClassInfo> Classes,
    int IgnoreIndex = 255,
    IReadOnlyList<string>? AlsoWithout = null,
    string? Source = null,
    string? Licence = null,
    IReadOnlyList<Rgb>? IgnoreColours = null,
    PolygonSource? Polygons = null
)
{
    public const string FileName = "classes.json";

    internal DataSetInfo Info => new(Name, Classes, IgnoreIndex, AlsoWithout, Source, Licence);

    /// <summary>What each colour means.</summary>
    /// <exception cref="UserException">One colour is to mean two things.</exception>
    internal LabelCode ColourCode(string path)
    {
        (Rgb Colour, byte Id, string Name)[] codes =
        [
            .. Classes.Select((c, id) => (c.Colour, (byte)id, c.Name)),
            .. (IgnoreColours ?? []).Select(c => (c, (byte)IgnoreIndex, "ignoreColours")),
        ];
        if (codes.GroupBy(c => c.Colour).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UserException(
                $"{path} gives {twice.First().Name} and {twice.ElementAt(1).Name} one colour, {twice.Key}; masks by colour need one for each."
            );
        return LabelCode.Colours(codes.Select(c => (c.Colour, c.Id)));
    }
}

/// <summary>Polygons as labels.</summary>
/// <param name="File">One file for all images, beside classes.json; null where each image has its own in the folder polygons.</param>
/// <param name="Attribute">Holds each polygon's class, by name or id.</param>
/// <param name="Class">The one class of all polygons, in place of an attribute.</param>
/// <param name="Layer">Needed where a file has several.</param>
/// <param name="Background">The class of pixels in no polygon; null leaves them out of training and scores.</param>
public sealed record PolygonSource(
    string? File = null,
    string? Attribute = null,
    string? Class = null,
    string? Layer = null,
    string? Background = null
);
